import { git } from './git.ts';

/** The addresses of a clone's remotes, as they were given. */
export async function remotesOf(top: string): Promise<string[]> {
  const { stdout } = await git(['config', '-z', '--get-regexp', String.raw`^remote\..*\.url$`], {
    cwd: top,
  });
  return stdout
    .split('\0')
    .filter(Boolean)
    .map((entry) => entry.slice(entry.indexOf('\n') + 1));
}
