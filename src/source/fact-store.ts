// Remembers on disk what was found out about contents, so that only changed files are read again.
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

/** Facts by a key that names a content and the version of the code that read it. Losing it costs time only. */
export interface FactStore<Fact extends object> {
  get(key: string): Fact | undefined;
  set(key: string, fact: Fact): void;
}

/** About 100,000 files. */
const MOST_BYTES = 16 * 1024 * 1024;

/**
 * One line for each fact, and a digest of the line: a damaged line is a forgotten fact. A text file, because
 * node:sqlite is experimental in Node 22. Without `folder`, nothing is remembered over restarts.
 */
export function createFactStore<Fact extends object>(folder?: string): FactStore<Fact> {
  const file = folder === undefined ? undefined : path.join(folder, 'facts');
  const lines = new Map<string, string>();
  let bytes = 0;
  let unwritten: string[] = [];

  const keep = (key: string, line: string): void => {
    lines.delete(key);
    lines.set(key, line);
    bytes += line.length;
  };

  /** Forgets the half that was not used for the longest time. */
  const halve = (): void => {
    for (const key of [...lines.keys()].slice(0, lines.size / 2)) lines.delete(key);
    const rest = [...lines.values()].join('');
    bytes = rest.length;
    if (file === undefined) return;
    const making = `${file}.${process.pid}`;
    writeFileSync(making, rest);
    renameSync(making, file);
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
      const key = line.slice(DIGEST, line.indexOf('\t'));
      keep(key, `${line}\n`);
    }
  });

  return {
    get(key) {
      const line = lines.get(key);
      if (line === undefined) return undefined;
      const text = line.slice(DIGEST, -1);
      if (!line.startsWith(digestOf(text))) return undefined;
      lines.delete(key);
      lines.set(key, line);
      const fact: Fact = JSON.parse(text.slice(key.length + 1));
      return fact;
    },
    set(key, fact) {
      const text = `${key}\t${JSON.stringify(fact)}`;
      const line = `${digestOf(text)}${text}\n`;
      keep(key, line);
      if (unwritten.push(line) === 1) setImmediate(write);
    },
  };
}

const DIGEST = 16;
const digestOf = (text: string): string => hash('sha256', text).slice(0, DIGEST);

/** A full or damaged disk only costs the memory of earlier processes. */
function ignoringDisk(act: () => void): void {
  try {
    act();
  } catch (error) {
    if (propertyOf(error, 'code') === undefined) throw error;
  }
}

/** A short hash of the code in a folder and of other files, for keys: new code asks again. */
export function codeVersion(folder: string, ...others: string[]): string {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .toSorted();
  const files = [...names.map((name) => path.join(folder, name)), ...others];
  return hash('sha256', JSON.stringify(files.map((name) => readFileSync(name, 'utf8')))).slice(
    0,
    16,
  );
}
