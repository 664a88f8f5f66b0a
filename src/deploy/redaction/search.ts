/** Finds many texts in one at once: looks at three characters a place, compares only what begins with them. */

/** What must not stand beside a match: a number inside a longer one is another number. */
export type Edge = 'any' | 'digits' | 'letters' | 'both';

interface Pattern {
  text: string;
  edge: Edge;
}

export type Span = [start: number, end: number];

const BITS = 18;
/** Nothing shorter can be found. */
export const SHORTEST_PATTERN = 3;

export interface Search {
  add(text: string, edge: Edge): void;
  /** In the order of their beginnings; they may overlap. */
  spans(text: string): Span[];
  readonly size: number;
}

export function createSearch(): Search {
  const known = new Set<string>();
  const buckets = new Map<number, Pattern[]>();
  const taken = new Uint8Array(1 << BITS);
  return {
    get size() {
      return known.size;
    },
    add(text, edge) {
      if (text.length < SHORTEST_PATTERN || known.has(text)) return;
      known.add(text);
      const place = mixed(text.charCodeAt(0), text.charCodeAt(1), text.charCodeAt(2));
      taken[place] = 1;
      const bucket = buckets.get(place) ?? [];
      bucket.push({ text, edge });
      bucket.sort((a, b) => b.text.length - a.text.length);
      buckets.set(place, bucket);
    },
    spans(text) {
      const found: Span[] = [];
      if (known.size === 0) return found;
      let [first, second] = [text.charCodeAt(0), text.charCodeAt(1)];
      for (let at = 0; at + SHORTEST_PATTERN <= text.length; at += 1) {
        const third = text.charCodeAt(at + 2);
        const place = mixed(first, second, third);
        [first, second] = [second, third];
        if (taken[place] === 0) continue;
        const match = buckets.get(place)?.find((one) => matches(text, at, one));
        if (match) found.push([at, at + match.text.length]);
      }
      return found;
    },
  };
}

function mixed(first: number, second: number, third: number): number {
  const all =
    Math.imul(first, 0x9e_37_79_b1) ^
    Math.imul(second, 0x85_eb_ca_77) ^
    Math.imul(third, 0xc2_b2_ae_3d);
  return all >>> (32 - BITS);
}

function matches(text: string, at: number, { text: wanted, edge }: Pattern): boolean {
  if (!text.startsWith(wanted, at)) return false;
  if (edge === 'any') return true;
  const inside = edge === 'digits' ? /\d/ : edge === 'letters' ? /\p{L}/u : /[\p{L}\d]/u;
  const end = at + wanted.length;
  return (
    !(inside.test(wanted.charAt(0)) && inside.test(before(text, at))) &&
    !(inside.test(wanted.at(-1) ?? '') && inside.test(text.charAt(end)))
  );
}

/** The letter of `\n` is no letter of the word behind it. */
function before(text: string, at: number): string {
  return text.charAt(at - 2) === '\\' ? '' : text.charAt(at - 1);
}

/** Sorted, those that overlap or touch made one. */
export function merged(spans: readonly Span[]): Span[] {
  const sorted = spans.toSorted((a, b) => a[0] - b[0]);
  const all: Span[] = [];
  for (const [start, end] of sorted) {
    const last = all.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else all.push([start, end]);
  }
  return all;
}
