import { textInside } from '../../deploy/untrusted/safe-file.ts';

/** When the service does not say: new enough for today's syntax, strict about yesterday's mistakes. */
const USUAL = '3.13';
const KNOWN = { from: 7, to: 14 };

const MOST_BYTES = 1_000_000;

/** The oldest Python the service says it runs on: `3.11`. */
export function declaredVersion(directory: string): string {
  const read = (name: string) => textInside(directory, name, MOST_BYTES) ?? '';
  const pinned = /^(?:python-)?3\.(\d+)/.exec(read('.python-version').trim());
  const asked = /^\s*requires-python\s*=\s*["'][^"']*?(?:>=|~=|==)\s*3\.(\d+)/m;
  const minor = Number((pinned ?? asked.exec(read('pyproject.toml')))?.[1] ?? Number.NaN);
  if (Number.isNaN(minor)) return USUAL;
  return `3.${minor}`;
}

/** `3.11` as ruff names it. */
export function rulesFor(version: string): string {
  const minor = Number(version.slice(2));
  return `py3${Math.min(Math.max(minor, KNOWN.from), KNOWN.to)}`;
}
