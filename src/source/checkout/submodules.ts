// Decides whether a commit has git submodules in the service's folder, and refuses it.
import path from 'node:path';
import { StageFailed } from '../../deploy/record/errors.ts';
import type { Entry } from './commit-entries.ts';

/** The commit has only a pointer to a submodule, so its files would be missing. Fails with `submodules`. */
export function refuseSubmodules(entries: readonly Entry[], directory: string): void {
  const inside = path.posix.join('/', directory, '/');
  const modules = entries
    .filter(({ mode }) => mode === '160000')
    .map(({ path: name }) => name)
    .filter((name) => `/${name}/`.startsWith(inside));
  if (modules.length === 0) return;
  throw new StageFailed(`${modules.join(', ')}: git submodules are not fetched.`, {
    code: 'submodules',
    next: 'Put those files into the repository itself (git subtree, or a package in requirements.txt), then deploy again.',
  });
}
