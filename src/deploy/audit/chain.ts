// Decides how audit entries are chained by hash, and which entry is the first that does not fit.
import { parseJson } from '../untrusted/parse-json.ts';
import { z } from 'zod';
import { type Decision, Decision as DecisionSchema, isoOf } from './decisions.ts';
import { canonical, digestOf } from './canonical-json.ts';

const Entry = DecisionSchema.extend({
  /** Number of the entry, from 1. */
  n: z.number(),
  /** Hash of the previous entry; empty in the first entry. */
  previous: z.string(),
  /** sha256 of the canonical JSON of all other fields. */
  hash: z.string().regex(/^[\da-f]{64}$/),
});
export type Entry = z.infer<typeof Entry>;

/** Number and hash of the last entry. The next entry contains this hash. */
export interface Head {
  n: number;
  hash: string;
}

const EMPTY: Head = { n: 0, hash: '' };

/** Returns the entry that follows `head`, as JSON to store, and the new head. */
export function sealEntry(head: Head, decision: Decision): { json: string; head: Head } {
  const { hash: _hash, ...rest } = decision;
  const content = { ...rest, n: head.n + 1, previous: head.hash };
  const hash = digestOf(content);
  return { json: canonical({ ...content, hash }), head: { n: content.n, hash } };
}

/** Parses a stored decision. A damaged line becomes one of kind `unreadable`, so that the chain can continue. */
export function parseDecision(line: string): Decision {
  const read = DecisionSchema.safeParse(parseJson(line));
  if (read.success) return read.data;
  const note = line.slice(0, 1_000);
  return { at: isoOf(Date.now()), kind: 'unreadable', person: '', outcome: 'not known', note };
}

/** Returns number and hash of the last line, even a damaged one. A Redis script recognizes that line by `mark`. */
export function chainEnd(line: string | undefined, length: number): { head: Head; mark: string } {
  if (line === undefined) return { head: EMPTY, mark: '' };
  const read = Entry.safeParse(parseJson(line));
  const hash = read.success ? read.data.hash : digestOf(line);
  const mark = `"hash":"${hash}"`;
  return { head: { n: length, hash }, mark: line.includes(mark) ? mark : '' };
}

export type Verifier = ReturnType<typeof createVerifier>;

/** Verifies entries, given from the first. `wanted`: the hash of an entry that the chain must still have. */
export function createVerifier(wanted?: string) {
  let head = EMPTY;
  let first: { n: number; why: string } | undefined;
  let found = false;
  return {
    /** Verifies the next entry of the chain and returns it; undefined if it is unreadable. */
    verifyNext(line: string): Entry | undefined {
      const read = Entry.safeParse(parseJson(line));
      const entry = read.success ? read.data : undefined;
      const why = entry ? misfitOf(line, entry, head) : 'it cannot be read';
      if (why !== undefined) first ??= { n: head.n + 1, why };
      head = { n: head.n + 1, hash: entry?.hash ?? digestOf(line) };
      found ||= head.hash === wanted;
      return entry;
    },
    /** Returns the first entry that does not fit, and why. */
    misfit: () => first,
    head: () => head,
    has: (hash: string) => found && hash === wanted,
  };
}

function misfitOf(line: string, entry: Entry, { n, hash: before }: Head): string | undefined {
  const { hash, ...content } = entry;
  if (canonical(entry) !== line || digestOf(content) !== hash) return 'its content was changed';
  if (entry.previous !== before || entry.n !== n + 1)
    return 'it does not follow the entry before it: an entry was removed, added, moved or changed';
  return undefined;
}
