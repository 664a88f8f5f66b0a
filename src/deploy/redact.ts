/** The one choke point before every sink: journal, log, Slack, file. */
import { withoutCredentials } from './redaction/credentials.ts';
import { formsOf } from './redaction/forms.ts';
import { createSearch, merged, type Search, type Span } from './redaction/search.ts';
import { asGiven, squeezed, unescaped, type View } from './redaction/views.ts';

/** What a secret becomes wherever text leaves the process. */
const MASK = '[secret]';

/** So many values are hidden at the same time; the oldest make room. */
const MOST = 20_000;
/** An address in a JSON text in a JSON text has four. */
const READINGS = 12;

// oxlint-disable-next-line no-control-regex -- terminal escapes are what is being removed
const ANSI = /\u001B(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001B]*(?:\u0007|\u001B\\)|[@-Z\\-_])/g;

export interface Redactor {
  /** Values to hide from now on, however they are encoded, cut or wrapped. Shorter than 3 characters: ignored. */
  learn(secrets: readonly string[]): void;
  clean(text: string): string;
}

interface Searches {
  plain: Search;
  squeezed: Search;
  base64: Search;
}

export function createRedactor(): Redactor {
  let known = new Set<string>();
  let searches = searchesFor(known);
  return {
    learn(secrets) {
      for (const secret of secrets) {
        if (known.has(secret)) continue;
        known.add(secret);
        addTo(searches, secret);
      }
      if (known.size <= MOST) return;
      known = new Set([...known].slice(-MOST / 2));
      searches = searchesFor(known);
    },
    clean(text) {
      const bare = text.replaceAll(ANSI, '');
      const hidden = known.size === 0 ? bare : masked(bare, spansIn(searches, bare));
      return withoutCredentials(hidden, MASK);
    },
  };
}

function searchesFor(secrets: ReadonlySet<string>): Searches {
  const searches = { plain: createSearch(), squeezed: createSearch(), base64: createSearch() };
  for (const secret of secrets) addTo(searches, secret);
  return searches;
}

function addTo(searches: Searches, secret: string): void {
  const forms = formsOf(secret);
  for (const [text, edge] of forms.plain) searches.plain.add(text, edge);
  for (const [text, edge] of forms.squeezed) searches.squeezed.add(text, edge);
  for (const [text, edge] of forms.base64) searches.base64.add(text, edge);
}

/** Where secrets stand, in the text as given. */
function spansIn({ plain, squeezed: tight, base64 }: Searches, text: string): Span[] {
  const found: Span[] = [];
  const given = ({ from, to }: View, spans: readonly Span[]): Span[] =>
    spans.map(([start, end]) => [from[start] ?? 0, to[end - 1] ?? text.length]);
  for (const view of readings(asGiven(text))) {
    const small = squeezed(view);
    found.push(...given(view, plain.spans(view.text)), ...given(small, tight.spans(small.text)));
    found.push(...given(view, widened(view.text, base64.spans(view.text))));
    if (small.text.length < view.text.length)
      found.push(...widened(text, given(small, base64.spans(small.text))));
  }
  return merged(found);
}

/** As it is, and without its escapes: one level after the other, in every order. */
function readings(given: View): View[] {
  const all = [given];
  const seen = new Set([given.text]);
  for (const view of all) {
    for (const next of all.length < READINGS ? unescaped(view) : []) {
      if (seen.has(next.text)) continue;
      seen.add(next.text);
      all.push(next);
    }
  }
  return all;
}

/** The rest of the base64 text around each: its edges hold bits of the secret, too. */
function widened(text: string, spans: readonly Span[]): Span[] {
  return merged(spans).map(([start, end]) => {
    let [first, last] = [start, end];
    while (first > 0 && /[\w+/-]/.test(text.charAt(first - 1))) first -= 1;
    while (last < text.length && /[\w+/=-]/.test(text.charAt(last))) last += 1;
    return [first, last];
  });
}

function masked(text: string, spans: readonly Span[]): string {
  if (spans.length === 0) return text;
  const parts: string[] = [];
  let done = 0;
  for (const [start, end] of spans) {
    parts.push(text.slice(done, start), MASK);
    done = end;
  }
  return [...parts, text.slice(done)].join('');
}
