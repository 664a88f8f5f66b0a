// Decides whether a file or a whole release is over its size limit.
import { basename } from 'node:path';
import type { DiscoverySettings } from '../../deploy/ports/ports.ts';
import { formatBytes } from '../../deploy/untrusted/bytes.ts';
import type { Problem } from './walk.ts';

/** A problem for each file over `max_file_bytes`, and one if all files are over `max_release_bytes`. */
export function tooLarge(
  files: readonly { path: string; bytes: number }[],
  { max_file_bytes, max_release_bytes, ignore_file }: DiscoverySettings,
): Problem[] {
  const all = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const large = files
    .filter(({ bytes }) => bytes > max_file_bytes)
    .map(({ path, bytes }) => ({
      path,
      problem: `has ${formatBytes(bytes)} (limit ${formatBytes(max_file_bytes)} for a file)`,
      next: `If the service does not need it, add ${path} to ${basename(ignore_file)}, commit and push. Otherwise raise max_file_bytes in argo.yml and restart argo-bot.`,
    }));
  if (all <= max_release_bytes) return large;
  return [
    ...large,
    {
      path: '.',
      problem: `the release has ${formatBytes(all)} (limit ${formatBytes(max_release_bytes)}). Most of it is in ${heaviest(files)}`,
      next: `Add what the service does not need to ${basename(ignore_file)}, commit and push, or raise max_release_bytes in argo.yml and restart argo-bot.`,
    },
  ];
}

/** The three largest folders: `data/ (1200.0 MB), models/ (300.0 MB)`. */
export function heaviest(files: readonly { path: string; bytes: number }[]): string {
  const folders = new Map<string, number>();
  for (const { path, bytes } of files) {
    const top = /^[^/]*\/?/.exec(path)?.[0] ?? path;
    folders.set(top, (folders.get(top) ?? 0) + bytes);
  }
  return [...folders]
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, 3)
    .map(([name, bytes]) => `${name} (${formatBytes(bytes)})`)
    .join(', ');
}
