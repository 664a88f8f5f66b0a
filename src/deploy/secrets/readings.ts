// Decodes the escapes of a text, removes its blanks, and maps positions back to the original text.
import { readBlanks, blankStarts } from './blanks.ts';
import { type Reader, readers } from './escapes.ts';

/** A text, original or decoded, as UTF-16 units. */
export interface View {
  codes: Uint16Array;
  /** The view that was decoded to this view, and the edits; undefined for the original text. */
  made?: { of: View; edits: Edits } | undefined;
}

/** Four numbers for each edit: start and length in the new view, then in the view that was decoded. */
interface Edits {
  numbers: Uint32Array;
  count: number;
}

export function originalView(text: string): View {
  const bytes = Buffer.from(text, 'utf16le');
  return { codes: new Uint16Array(bytes.buffer, bytes.byteOffset, text.length) };
}

/** How many characters to read before the generator yields, so that other work can run. */
const BLOCK = 8_192;

/** Returns the view after decoding; undefined if nothing changes. No decoded text is longer than its source. */
function* decodeView(
  view: View,
  read: Reader,
  starts: Uint8Array,
): Generator<void, View | undefined> {
  const { codes } = view;
  // `out` is created at the first character that may begin an escape, because most texts have none.
  let out: { codes: Uint16Array; size: number } | undefined;
  let edits: Edits | undefined;
  let pause = BLOCK;
  for (let at = 0; at < codes.length;) {
    const code = codes[at] ?? 0;
    let length = 0;
    if (starts[code] === 1) {
      out ??= copyUpTo(codes, at);
      const start = out.size;
      length = read(codes, at, out);
      if (length > 0) {
        edits ??= { numbers: new Uint32Array(64), count: 0 };
        addEdit(edits, [start, out.size - start, at, length]);
      }
    }
    if (out && length === 0) out.codes[out.size++] = code;
    at += Math.max(length, 1);
    if (at < pause) continue;
    pause = at + BLOCK;
    yield;
  }
  if (!out || !edits) return undefined;
  return { codes: out.codes.subarray(0, out.size), made: { of: view, edits } };
}

/** Returns space for a text as long as this one, with its characters before `end`. */
function copyUpTo(codes: Uint16Array, end: number): { codes: Uint16Array; size: number } {
  const copy = new Uint16Array(codes.length);
  copy.set(codes.subarray(0, end));
  return { codes: copy, size: end };
}

function addEdit(edits: Edits, edit: [number, number, number, number]): void {
  if (edits.count * 4 === edits.numbers.length) {
    const more = new Uint32Array(edits.numbers.length * 2);
    more.set(edits.numbers);
    edits.numbers = more;
  }
  edits.numbers.set(edit, edits.count * 4);
  edits.count += 1;
}

/** Maps a range of a decoded text (view) to its range in the original text. */
export function inOriginal(view: View, start: number, end: number): [start: number, end: number] {
  let [here, first, last] = [view, start, end - 1];
  // Map the last character instead of the end, because that character may come from a longer escape.
  let behind = end;
  for (let { made } = here; made; { made } = here) {
    first = originalStart(made.edits, first);
    behind = originalEnd(made.edits, last);
    last = behind - 1;
    here = made.of;
  }
  return [first, behind];
}

function originalStart(edits: Edits, at: number): number {
  const [start, length, from, whole] = editAt(edits, at);
  return at < start + length ? from : from + whole + (at - start - length);
}

function originalEnd(edits: Edits, at: number): number {
  const [start, length, from, whole] = editAt(edits, at);
  return at < start + length ? from + whole : from + whole + (at - start - length) + 1;
}

/** Returns the last edit that starts at or before a position; zeros if there is none. */
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

/** Limit of views for one text. Real texts need few: an address in JSON inside other JSON has four. */
const MAX_VIEWS = 12;

/** Returns the text itself, and the text with its escapes decoded in every order, until nothing is escaped. */
export function* decodedViews(original: View): Generator<void, View[]> {
  const all = [original];
  for (const view of all) {
    for (const { read, starts } of readers) {
      if (all.length >= MAX_VIEWS) return all;
      const next = yield* decodeView(view, read, starts);
      if (next && !all.some((one) => isSameText(one.codes, next.codes))) all.push(next);
    }
  }
  return all;
}

function isSameText(a: Uint16Array, b: Uint16Array): boolean {
  if (a.length !== b.length) return false;
  const bytes = [a, b].map((one) => Buffer.from(one.buffer, one.byteOffset, one.byteLength));
  return bytes[0]?.equals(bytes[1] ?? new Uint8Array()) ?? false;
}

/** Returns the view without blanks; undefined if it has none. */
export function compactView(view: View): Generator<void, View | undefined> {
  return decodeView(view, readBlanks, blankStarts());
}
