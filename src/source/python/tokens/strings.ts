// Finds the end of a Python string, and of the text parts of an f-string.

/** A string of which the prefix and the opening quotes are read. */
export interface Text {
  /** Whether it has fields with code: `f"…"` and `t"…"`. */
  fields: boolean;
  template: boolean;
  quotes: string;
  /** The offset after the opening quotes. */
  from: number;
  /** The offset of the closing quotes. */
  end(at: number): number;
  /** The offset where text ends: at a field, at the closing quotes, or at the end of a field's format. */
  stop(at: number, inFormat: boolean): number;
}

export function openString(source: string, prefixAt: number, quote: number): Text {
  const prefix = source.slice(prefixAt, quote).toLowerCase();
  const one = source.charAt(quote);
  const quotes = source.startsWith(one.repeat(3), quote) ? one.repeat(3) : one;
  const raw = prefix.includes('r');
  return {
    fields: prefix.includes('f') || prefix.includes('t'),
    template: prefix.includes('t'),
    quotes,
    from: quote + quotes.length,
    end: (at) => endOfString(source, at, quotes),
    stop: (at, inFormat) => endOfText(source, at, quotes, { raw, inFormat }),
  };
}

/** The offset of the closing quotes. A quote after a backslash does not close a string, not even a raw one. */
function endOfString(source: string, from: number, quotes: string): number {
  let close = source.indexOf(quotes, from);
  let escape = source.indexOf('\\', from);
  while (close !== -1 && escape !== -1 && escape < close) {
    if (escape + 2 > close) close = source.indexOf(quotes, escape + 2);
    escape = source.indexOf('\\', escape + 2);
  }
  return close === -1 ? source.length : close;
}

function endOfText(
  source: string,
  from: number,
  quotes: string,
  { raw, inFormat }: { raw: boolean; inFormat: boolean },
): number {
  const quote = quotes.charCodeAt(0);
  let at = from;
  for (; at < source.length; at++) {
    const code = source.charCodeAt(at);
    if (code === quote && source.startsWith(quotes, at)) return at;
    if (code === 92) at = lastOfEscape(source, at, raw);
    else if (code === 123 || code === 125) {
      if (inFormat || source.charCodeAt(at + 1) !== code) return at;
      at++;
    }
  }
  return at;
}

function lastOfEscape(source: string, at: number, raw: boolean): number {
  if (!raw && source.startsWith('\\N{', at)) return Math.max(at + 1, source.indexOf('}', at));
  const next = source.charCodeAt(at + 1);
  // A backslash does not escape a brace.
  return next === 123 || next === 125 ? at : at + 1;
}
