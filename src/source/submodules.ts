import path from 'node:path';
import { StageFailed } from '../deploy/errors.ts';

/** `100644 blob 1a2b3c…<TAB>argo/api.py` */
export const nameOf = (entry: string): string => entry.slice(entry.indexOf('\t') + 1);

/** A submodule is only a pointer in the commit: its files would be missing from the release. */
export function refuseSubmodules(entries: readonly string[], directory: string): void {
  const inside = path.posix.join('/', directory, '/');
  const modules = entries
    .filter((entry) => entry.startsWith('160000 '))
    .map(nameOf)
    .filter((name) => `/${name}/`.startsWith(inside));
  if (modules.length === 0) return;
  throw new StageFailed(`${modules.join(', ')}: git submodules are not fetched.`, {
    code: 'submodules',
    next: 'Put those files into the repository itself (git subtree, or a package in requirements.txt), then deploy again.',
  });
}
