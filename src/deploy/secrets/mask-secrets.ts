// Masks learned secrets in a text: searches it, and its decoded readings, for all their forms.
import { formsOf } from './forms.ts';
import { createSearch, type Search } from './search.ts';
import { originalView, inOriginal, readings, squeezed, type View } from './readings.ts';

export interface SecretSet {
  add(secret: string): void;
  has(secret: string): boolean;
  readonly size: number;
  /** `open`: for texts as they are; `tight`: for texts without blanks. */
  readonly open: Search;
  readonly tight: Search;
}

export function createSecretSet(): SecretSet {
  const known = new Set<string>();
  const [open, tight] = [createSearch(), createSearch()];
  return {
    open,
    tight,
    has: (secret) => known.has(secret),
    get size() {
      return known.size;
    },
    add(secret) {
      if (known.has(secret)) return;
      known.add(secret);
      const forms = formsOf(secret);
      for (const [text, edge] of forms.plain) open.add(text, edge);
      for (const [text, edge] of forms.squeezed) tight.add(text, edge);
      for (const [text, edge] of forms.base64) {
        open.add(text, edge, true);
        tight.add(text, edge, true);
      }
    },
  };
}

/** The text with every secret masked; adjacent secrets share one mask. */
export function* maskSecrets(
  text: string,
  hidings: readonly SecretSet[],
  mask: string,
): Generator<void, string> {
  const used = hidings.filter(({ size }) => size > 0);
  if (used.length === 0 || text === '') return text;
  const given = originalView(text);
  const marks = new Uint8Array(text.length);
  for (const view of yield* readings(given)) {
    const small = yield* squeezed(view);
    for (const { open, tight } of used) {
      yield* open.scan(view.codes, marking(view, marks, view));
      yield* tight.scan((small ?? view).codes, marking(small ?? view, marks, small && given));
    }
  }
  return yield* applyMasks(text, marks, mask);
}

/** Marks matches in the original text. Base64 is widened to its ends in `wide`, or ignored without it. */
function marking(view: View, marks: Uint8Array, wide: View | undefined) {
  let widened = 0;
  return (start: number, end: number, base64: boolean): void => {
    const place = inOriginal(view, start, end);
    if (!base64) marks.fill(1, ...place);
    if (!base64 || !wide) return;
    const [first, last] = wide === view ? [start, end] : place;
    if (last <= widened) return;
    const ends = widest(wide.codes, first, last);
    [, widened] = ends;
    marks.fill(1, ...(wide === view ? inOriginal(view, ...ends) : ends));
  };
}

const IN_BASE64 = new Uint8Array(65_536);
for (const one of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+/-')
  IN_BASE64[one.charCodeAt(0)] = 1;

/** The whole base64 text around a match: its edges contain bits of the secret. */
function widest(codes: Uint16Array, start: number, end: number): [number, number] {
  let [first, last] = [start, end];
  while (first > 0 && IN_BASE64[codes[first - 1] ?? 0] === 1) first -= 1;
  while (last < codes.length && (IN_BASE64[codes[last] ?? 0] === 1 || codes[last] === 61))
    last += 1;
  return [first, last];
}

/** Masks set before other work may run. */
const MASKS = 1_000;

function* applyMasks(text: string, marks: Uint8Array, mask: string): Generator<void, string> {
  const [pieces, parts]: [string[], string[]] = [[], []];
  let done = 0;
  for (let start = marks.indexOf(1); start !== -1; start = marks.indexOf(1, done)) {
    parts.push(text.slice(done, start), mask);
    const end = marks.indexOf(0, start);
    done = end === -1 ? text.length : end;
    if (done === text.length) break;
    if (parts.length < MASKS) continue;
    pieces.push(parts.splice(0).join(''));
    yield;
  }
  return done === 0 ? text : [...pieces, ...parts, text.slice(done)].join('');
}
