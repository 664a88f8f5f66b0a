// Decides whether checks.python.exclude of argo.yml names a file.
import { posix } from 'node:path';

/** Matches a path, a folder above it, or a name at any depth. */
export function matchesExcluded(globs: readonly string[], file: string): boolean {
  if (globs.length === 0) return false;
  const parts = file.split('/');
  const paths = parts.map((_, at) => parts.slice(0, at + 1).join('/'));
  return globs.some((given) => {
    const glob = given.replace(/^\.?\//, '').replace(/\/+$/, '');
    const candidates = glob.includes('/') ? paths : parts;
    return candidates.some((one) => posix.matchesGlob(one, glob));
  });
}
