// Caches on disk what was found in file contents, so that only changed files are read again.
import { hash } from 'node:crypto';
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { propertyOf } from '../deploy/untrusted/unknown-error.ts';

/** A cache, which may be lost. A key contains the hashes of a file's content and of the code that read it. */
export interface FactStore<Fact extends object> {
  /** Returns the same object each time, so the caller must not change it. */
  get(key: string): Readonly<Fact> | undefined;
  set(key: string, fact: Fact): void;
}

/** Size limit of the file on disk. About 100,000 facts fit. */
const MOST_BYTES = 16 * 1024 * 1024;

/**
 * Each fact is a line of the file `facts`. The line begins with a hash of its text, so `get` ignores a damaged line.
 * Without `folder`, the store is in memory only. The store does not use node:sqlite, which is experimental in Node 22.
 */
export function createFactStore<Fact extends object>(folder?: string): FactStore<Fact> {
  const file = folder === undefined ? undefined : path.join(folder, 'facts');
  const entries = new Map<string, { line: string; fact: Fact | undefined }>();
  let bytes = 0;
  let unwritten: string[] = [];

  const keep = (key: string, line: string, fact?: Fact): void => {
    entries.delete(key);
    entries.set(key, { line, fact });
    bytes += line.length;
  };

  /** Deletes the least recently used half of the facts. */
  const halve = (): void => {
    for (const key of [...entries.keys()].slice(0, entries.size / 2)) entries.delete(key);
    const rest = [...entries.values()].map(({ line }) => line).join('');
    bytes = rest.length;
    if (file === undefined) return;
    const temporary = `${file}.${process.pid}`;
    writeFileSync(temporary, rest);
    renameSync(temporary, file);
  };

  const write = (): void => {
    const more = unwritten.join('');
    unwritten = [];
    ignoringDisk(() => {
      if (bytes > MOST_BYTES) halve();
      else if (file !== undefined) appendFileSync(file, more);
    });
  };

  ignoringDisk(() => {
    if (file === undefined) return;
    mkdirSync(path.dirname(file), { recursive: true });
    for (const line of readFileSync(file, 'utf8').split('\n')) {
      keep(line.slice(DIGEST, line.indexOf('\t')), `${line}\n`);
    }
  });

  return {
    get(key) {
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      const text = entry.fact === undefined ? textOf(entry.line) : undefined;
      if (text !== undefined) entry.fact = JSON.parse(text.slice(key.length + 1));
      if (entry.fact === undefined) return undefined;
      entries.delete(key);
      entries.set(key, entry);
      return entry.fact;
    },
    set(key, fact) {
      const text = `${key}\t${JSON.stringify(fact)}`;
      const line = `${digestOf(text)}${text}\n`;
      keep(key, line, fact);
      if (unwritten.push(line) === 1) setImmediate(write);
    },
  };
}

/** Returns the key and the fact of a line; undefined if the line is damaged. */
function textOf(line: string): string | undefined {
  const text = line.slice(DIGEST, -1);
  return line.startsWith(digestOf(text)) ? text : undefined;
}

const DIGEST = 16;
const digestOf = (text: string): string => hash('sha256', text).slice(0, DIGEST);

/** Ignores disk errors, which have a `code`: the store then works in memory, and forgets its facts at a restart. */
function ignoringDisk(act: () => void): void {
  try {
    act();
  } catch (error) {
    if (propertyOf(error, 'code') === undefined) throw error;
  }
}

/** A hash of the code in `folder` and of the files `others`. Cache keys contain it, so new code reads files again. */
export function codeVersion(folder: string, ...others: string[]): string {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .toSorted();
  const files = [...names.map((name) => path.join(folder, name)), ...others];
  return digestOf(JSON.stringify(files.map((name) => readFileSync(name, 'utf8'))));
}
