import type { Parsed, Value } from './values.ts';

const LINE = /^\s*(?:export\s+)?([A-Za-z_][\w.]*)\s*=\s*(.*)$/;

/** `KEY=value` lines, with quotes and comments as systemd's EnvironmentFile and dotenv both read them. */
export function parseDotenv(text: string): Parsed {
  const value: { [key: string]: Value } = Object.create(null);
  const problems: string[] = [];
  const first = new Map<string, number>();
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    if (/^\s*(?:[#;].*)?$/.test(line)) continue;
    const [, key, raw] = LINE.exec(line) ?? [];
    const read = raw === undefined ? undefined : unquoted(raw.trim());
    if (key === undefined) problems.push(`line ${index + 1}: this is not KEY=value`);
    else if (read === undefined) problems.push(`line ${index + 1}: ${key} has no closing quote`);
    else {
      const before = first.get(key);
      if (before === undefined) first.set(key, index + 1);
      else problems.push(`line ${index + 1}: ${key} is there twice, first in line ${before}`);
      value[key] = read;
    }
  }
  return { value, problems };
}

function unquoted(raw: string): string | undefined {
  const quote = raw[0];
  if (quote !== '"' && quote !== "'") return raw.replace(/\s+#.*$/, '');
  const quoted = quote === '"' ? /^"((?:[^"\\]|\\.)*)"\s*(?:#.*)?$/ : /^'([^']*)'\s*(?:#.*)?$/;
  const inside = quoted.exec(raw)?.[1];
  return quote === '"' ? inside?.replace(/\\n/g, '\n').replace(/\\(.)/g, '$1') : inside;
}
