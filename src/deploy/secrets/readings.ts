// Decodes a text in several ways (without escapes, without blanks) and maps positions back to the original.
import { blank, startsBlank } from './blanks.ts';
import { type Reader, readers } from './escapes.ts';

export interface View {
  codes: Uint16Array;
  /** The view it was derived from, and the edits; undefined for the original text. */
  made?: { of: View; edits: Edits } | undefined;
}

/** Four numbers for each edit: start and length in this view, start and length in the view it was derived from. */
interface Edits {
  numbers: Uint32Array;
  count: number;
}

export function originalView(text: string): View {
  const bytes = Buffer.from(text, 'utf16le');
  return { codes: new Uint16Array(bytes.buffer, bytes.byteOffset, text.length) };
}

/** Characters read before other work may run. */
const BLOCK = 8_192;

/** undefined if nothing changes. A replacement is never longer than the text it replaces. */
function* rewritten(
  view: View,
  read: Reader,
  starts: Uint8Array,
): Generator<void, View | undefined> {
  const { codes } = view;
  const out = { codes: new Uint16Array(codes.length), size: 0 };
  const edits: Edits = { numbers: new Uint32Array(64), count: 0 };
  let pause = BLOCK;
  for (let at = 0; at < codes.length;) {
    const code = codes[at] ?? 0;
    const start = out.size;
    const length = starts[code] === 1 ? read(codes, at, out) : 0;
    if (length === 0) out.codes[out.size++] = code;
    else note(edits, [start, out.size - start, at, length]);
    at += Math.max(length, 1);
    if (at < pause) continue;
    pause = at + BLOCK;
    yield;
  }
  if (edits.count === 0) return undefined;
  return { codes: out.codes.subarray(0, out.size), made: { of: view, edits } };
}

function note(edits: Edits, edit: [number, number, number, number]): void {
  if (edits.count * 4 === edits.numbers.length) {
    const more = new Uint32Array(edits.numbers.length * 2);
    more.set(edits.numbers);
    edits.numbers = more;
  }
  edits.numbers.set(edit, edits.count * 4);
  edits.count += 1;
}

/** The position in the original text of a range of a view. */
export function inOriginal(view: View, start: number, end: number): [start: number, end: number] {
  let [here, first, last] = [view, start, end - 1];
  // The end follows the last character separately, because that may come from a longer text.
  let behind = end;
  for (let { made } = here; made; { made } = here) {
    first = before(made.edits, first);
    behind = after(made.edits, last);
    last = behind - 1;
    here = made.of;
  }
  return [first, behind];
}

function before(edits: Edits, at: number): number {
  const [start, length, from, whole] = editAt(edits, at);
  return at < start + length ? from : from + whole + (at - start - length);
}

function after(edits: Edits, at: number): number {
  const [start, length, from, whole] = editAt(edits, at);
  return at < start + length ? from + whole : from + whole + (at - start - length) + 1;
}

/** The last edit that starts at or before a position. */
function editAt({ numbers, count }: Edits, at: number): [number, number, number, number] {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((numbers[middle * 4] ?? 0) > at) high = middle;
    else low = middle + 1;
  }
  if (low === 0) return [0, 0, 0, 0];
  const place = (low - 1) * 4;
  return [
    numbers[place] ?? 0,
    numbers[place + 1] ?? 0,
    numbers[place + 2] ?? 0,
    numbers[place + 3] ?? 0,
  ];
}

/** Limit; an address in JSON in JSON has four. */
const READINGS = 12;

/** The text itself, and the text without escapes, level by level in every order. */
export function* readings(given: View): Generator<void, View[]> {
  const all = [given];
  for (const view of all) {
    for (const { read, starts } of readers) {
      if (all.length >= READINGS) return all;
      const next = yield* rewritten(view, read, starts);
      if (next && !all.some((one) => same(one.codes, next.codes))) all.push(next);
    }
  }
  return all;
}

function same(a: Uint16Array, b: Uint16Array): boolean {
  if (a.length !== b.length) return false;
  const bytes = [a, b].map((one) => Buffer.from(one.buffer, one.byteOffset, one.byteLength));
  return bytes[0]?.equals(bytes[1] ?? new Uint8Array()) ?? false;
}

/** The view without blanks; undefined if it has none. */
export function squeezed(view: View): Generator<void, View | undefined> {
  return rewritten(view, blank, startsBlank());
}
