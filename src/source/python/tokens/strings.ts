/** A string whose prefix and quotes have been read. */
export interface Text {
  /** `f"…"` and `t"…"` have fields with code in them. */
  fields: boolean;
  template: boolean;
  quotes: string;
  /** Where its text begins. */
  from: number;
  /** Where the closing quotes stand. */
  end(at: number): number;
  /** Where text ends and something else begins: a field, the closing quotes, or the end of a format. */
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

/** The closing quotes; in raw strings, too, a backslash keeps a quote from closing. */
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
  // A brace after a backslash is a brace.
  return next === 123 || next === 125 ? at : at + 1;
}
