// Reads the addresses of a clone's remotes from its git settings.
import { git } from './git.ts';

/** One address for each remote, unchanged, credentials included. */
export async function remotesOf(top: string): Promise<string[]> {
  const { stdout } = await git(['config', '-z', '--get-regexp', String.raw`^remote\..*\.url$`], {
    cwd: top,
  });
  return stdout
    .split('\0')
    .filter(Boolean)
    .map((entry) => entry.slice(entry.indexOf('\n') + 1));
}
