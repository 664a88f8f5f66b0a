// Remembers the findings of Python files by content: in memory, and clean files also on disk.
import { cleanFiles } from './clean-files.ts';
import type { CleanFiles } from './clean-files.ts';
import type { Checked } from './worker.ts';

/** Between two deployments nearly all files are the same. */
export interface KnownFiles {
  /** The findings under the file's current name; undefined if its content was never checked. */
  find(name: string, sha256: string): Checked | undefined;
  add(checked: readonly Checked[]): void;
}

const REMEMBERED = 20_000;
const NOTHING = { findings: [], adds: [] };

/** Without `folder`, nothing is remembered over restarts. */
export function knownFiles(folder: string | undefined, target: string): KnownFiles {
  const clean: CleanFiles = cleanFiles(folder, target);
  const known = new Map<string, Omit<Checked, 'name' | 'sha256'>>();
  return {
    find(name, sha256) {
      const found = known.get(sha256) ?? (clean.has(sha256) ? NOTHING : undefined);
      if (!found) return undefined;
      const findings = found.findings.map((one) => ({ ...one, path: name }));
      return { name, sha256, findings, adds: found.adds };
    },
    add(checked) {
      if (known.size >= REMEMBERED) known.clear();
      for (const { sha256, findings, adds } of checked) known.set(sha256, { findings, adds });
      clean.add(
        checked
          .filter(({ findings, adds }) => findings.length === 0 && adds.length === 0)
          .map(({ sha256 }) => sha256),
      );
    },
  };
}
