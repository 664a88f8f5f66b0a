// Masks known secrets in a text: searches the text, and the text with escapes decoded, for all their forms.
import { formsOf } from './forms.ts';
import { MASK } from './replace.ts';
import { createSearch, type Search } from './search.ts';
import { originalView, inOriginal, decodedViews, compactView, type View } from './readings.ts';

export interface SecretSet {
  add(secret: string): void;
  has(secret: string): boolean;
  readonly size: number;
  /** `plain` searches a text as it is; `compact` searches a text without blanks. */
  readonly plain: Search;
  readonly compact: Search;
}

export function createSecretSet(): SecretSet {
  const known = new Set<string>();
  const [plain, compact] = [createSearch(), createSearch()];
  return {
    plain,
    compact,
    has: (secret) => known.has(secret),
    get size() {
      return known.size;
    },
    add(secret) {
      if (known.has(secret)) return;
      known.add(secret);
      const forms = formsOf(secret);
      for (const [text, edge] of forms.plain) plain.add(text, edge);
      for (const [text, edge] of forms.compact) compact.add(text, edge);
      for (const [text, edge] of forms.base64) {
        plain.add(text, edge, true);
        compact.add(text, edge, true);
      }
    },
  };
}

/** Returns the text with every secret masked. Adjacent secrets share one mask. */
export function* maskSecrets(
  text: string,
  secretSets: readonly SecretSet[],
): Generator<void, string> {
  const used = secretSets.filter(({ size }) => size > 0);
  if (used.length === 0 || text === '') return text;
  const original = originalView(text);
  const marks = new Uint8Array(text.length);
  for (const view of yield* decodedViews(original)) {
    const withoutBlanks = yield* compactView(view);
    const searched = withoutBlanks ?? view;
    for (const { plain, compact } of used) {
      yield* plain.scan(view.codes, createMarker(view, marks, view));
      yield* compact.scan(searched.codes, createMarker(searched, marks, withoutBlanks && original));
    }
  }
  return yield* applyMasks(text, marks);
}

/** Returns a function that marks matches in the original text, a base64 match with all base64 around it. */
function createMarker(view: View, marks: Uint8Array, base64View: View | undefined) {
  let widened = 0;
  return (start: number, end: number, base64: boolean): void => {
    const place = inOriginal(view, start, end);
    if (!base64) marks.fill(1, ...place);
    if (!base64 || !base64View) return;
    const [first, last] = base64View === view ? [start, end] : place;
    if (last <= widened) return;
    const ends = wholeBase64(base64View.codes, first, last);
    [, widened] = ends;
    marks.fill(1, ...(base64View === view ? inOriginal(view, ...ends) : ends));
  };
}

const IN_BASE64 = new Uint8Array(65_536);
for (const one of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+/-')
  IN_BASE64[one.charCodeAt(0)] = 1;

/** Returns the whole base64 text around a match, because the characters at its ends contain bits of the secret. */
function wholeBase64(codes: Uint16Array, start: number, end: number): [number, number] {
  let [first, last] = [start, end];
  while (first > 0 && IN_BASE64[codes[first - 1] ?? 0] === 1) first -= 1;
  while (last < codes.length && (IN_BASE64[codes[last] ?? 0] === 1 || codes[last] === 61))
    last += 1;
  return [first, last];
}

/** How many parts of the text to collect before the generator yields, so that other work can run. */
const PARTS = 1_000;

function* applyMasks(text: string, marks: Uint8Array): Generator<void, string> {
  const [pieces, parts]: [string[], string[]] = [[], []];
  let done = 0;
  for (let start = marks.indexOf(1); start !== -1; start = marks.indexOf(1, done)) {
    parts.push(text.slice(done, start), MASK);
    const end = marks.indexOf(0, start);
    done = end === -1 ? text.length : end;
    if (done === text.length) break;
    if (parts.length < PARTS) continue;
    pieces.push(parts.splice(0).join(''));
    yield;
  }
  return done === 0 ? text : [...pieces, ...parts, text.slice(done)].join('');
}
