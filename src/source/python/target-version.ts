// Decides which Python version the checks assume, by .python-version or pyproject.toml.
import { textInside } from '../../deploy/untrusted/safe-file.ts';

/** The version if the service declares none. */
const USUAL = '3.13';
const KNOWN = { from: 7, to: 14 };

const MOST_BYTES = 1_000_000;

/** The oldest Python version that the service declares: `3.11`. */
export function declaredVersion(directory: string): string {
  const read = (name: string) => textInside(directory, name, MOST_BYTES) ?? '';
  const pinned = /^(?:python-)?3\.(\d+)/.exec(read('.python-version').trim());
  const asked = /^\s*requires-python\s*=\s*["'][^"']*?(?:>=|~=|==)\s*3\.(\d+)/m;
  const minor = Number((pinned ?? asked.exec(read('pyproject.toml')))?.[1] ?? Number.NaN);
  if (Number.isNaN(minor)) return USUAL;
  return `3.${minor}`;
}

/** Ruff's name of a version: `3.11` → `py311`, limited to versions that ruff knows. */
export function rulesFor(version: string): string {
  const minor = Number(version.slice(2));
  return `py3${Math.min(Math.max(minor, KNOWN.from), KNOWN.to)}`;
}
