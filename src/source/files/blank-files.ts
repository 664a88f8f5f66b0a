// Finds required files that are empty or have only white space.
import path from 'node:path';
import type { DiscoverySettings } from '../../deploy/ports/ports.ts';
import type { Hashed } from './hash-files.ts';
import { includesPath } from './required-files.ts';
import { roleOf, wantedBy } from './required-role.ts';
import type { Problem } from './walk.ts';

/** These files are empty on purpose: they only mark a Python package, or that it has types. */
const MAY_BE_EMPTY = new Set(['__init__.py', 'py.typed']);

/** Returns problems for blank files that are required by name, and for blank Python modules in required folders. */
export function blankFiles(settings: DiscoverySettings, hashed: readonly Hashed[]): Problem[] {
  const all = wantedBy(settings);
  return hashed
    .filter(({ blank, file }) => blank && !MAY_BE_EMPTY.has(path.posix.basename(file.path)))
    .flatMap(({ file: { path: name, bytes } }) => {
      const found = all.find(
        ({ wanted }) => wanted === name || (name.endsWith('.py') && includesPath(wanted, name)),
      );
      if (found === undefined) return [];
      const { is, remove } = roleOf(found);
      return [
        {
          path: name,
          problem: `${is}, but ${bytes === 0 ? 'empty' : 'has only white space'}`,
          next: `Commit and push the file with its content, or ${remove}.`,
          blank: true as const,
          ...(found.entry && { entry: true as const }),
        },
      ];
    });
}
