// Remembers on disk which Python files had no findings, by their sha256.
import { hash } from 'node:crypto';
import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Digests of files without findings, for the current version of the checks. */
export interface CleanFiles {
  has(sha256: string): boolean;
  /** Also writes them to disk, for later processes. */
  add(sha256s: readonly string[]): void;
}

/** About 13 MB. A longer list is deleted. */
const REMEMBERED = 200_000;

/**
 * The file name contains a hash of the checks and of ruff's version, so that a new version checks all files again.
 * Without `folder` nothing is remembered.
 */
export function cleanFiles(folder: string | undefined, target: string): CleanFiles {
  if (folder === undefined) return { has: () => false, add: () => undefined };
  const version = checksVersion();
  const file = path.join(folder, `${version}-${target}`);
  const known = read(folder, file, version);
  return {
    has: (sha256) => known.has(sha256),
    add(sha256s) {
      if (sha256s.length === 0) return;
      for (const sha256 of sha256s) known.add(sha256);
      try {
        appendFileSync(file, sha256s.map((sha256) => `${sha256}\n`).join(''));
      } catch {
        // If the disk is full, the next process checks these files again.
      }
    },
  };
}

/** A hash of all code that decides about findings: this folder and ruff. */
function checksVersion(): string {
  const here = import.meta.dirname;
  const ruff = path.dirname(fileURLToPath(import.meta.resolve('@astral-sh/ruff-wasm-nodejs')));
  const ours = readdirSync(here, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .toSorted();
  const texts = [
    ...ours.map((name) => readFileSync(path.join(here, name), 'utf8')),
    readFileSync(path.join(ruff, 'package.json'), 'utf8'),
  ];
  return hash('sha256', JSON.stringify(texts)).slice(0, 16);
}

function read(folder: string, file: string, version: string): Set<string> {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(`${version}-`)) rmSync(path.join(folder, name), { force: true });
  }
  let lines: string[];
  try {
    lines = readFileSync(file, 'utf8').split('\n');
  } catch {
    return new Set();
  }
  // A crash may have cut a line short.
  if (lines.length <= REMEMBERED)
    return new Set(lines.filter((line) => /^[0-9a-f]{64}$/.test(line)));
  rmSync(file, { force: true });
  return new Set();
}
