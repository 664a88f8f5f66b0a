import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** When the service does not say: new enough for today's syntax, strict about yesterday's mistakes. */
const USUAL = '3.13';
const KNOWN = { from: 7, to: 14 };

/** The oldest Python the service says it runs on: `3.11`. */
export async function declaredVersion(directory: string): Promise<string> {
  const read = (name: string) => readFile(path.join(directory, name), 'utf8').catch(() => '');
  const pinned = /^(?:python-)?3\.(\d+)/.exec((await read('.python-version')).trim());
  const asked = /^\s*requires-python\s*=\s*["'][^"']*?(?:>=|~=|==)\s*3\.(\d+)/m;
  const minor = Number((pinned ?? asked.exec(await read('pyproject.toml')))?.[1] ?? Number.NaN);
  if (Number.isNaN(minor)) return USUAL;
  return `3.${minor}`;
}

/** `3.11` as ruff names it. */
export function rulesFor(version: string): string {
  const minor = Number(version.slice(2));
  return `py3${Math.min(Math.max(minor, KNOWN.from), KNOWN.to)}`;
}
