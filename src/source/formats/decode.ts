// Decodes the bytes of a config as UTF-8, and reports other encodings, BOMs and control characters.
import { isUtf8 } from 'node:buffer';
import { placeOf } from './values.ts';

export interface Decoded {
  text: string;
  problems: string[];
  warnings: string[];
}

export type Format = 'json' | 'yaml' | 'toml' | 'env';

/** Why readers of each format have problems with a byte-order mark. Readers of YAML (PyYAML, js-yaml) skip it. */
const REFUSE_MARK: Partial<Record<Format, string>> = {
  json: 'which Python’s json and JSON.parse refuse',
  toml: 'which Python’s tomllib refuses',
  env: 'which becomes part of the first name for some readers',
};

/** `problems` and `warnings` name lines and columns, and contain no value of the config. */
export function decode(content: Buffer, format: Format): Decoded {
  const wide = wideEncoding(content);
  if (wide) {
    const problem = `line 1, column 1: it is ${wide}; save it as UTF-8`;
    return { text: '', problems: [problem], warnings: [] };
  }
  const text = content.toString('utf8');
  const marked = text.startsWith('\uFEFF') ? REFUSE_MARK[format] : undefined;
  const warning = `line 1, column 1: it begins with a byte-order mark (BOM), ${marked}; save it as UTF-8 without BOM`;
  return {
    text,
    problems: [...brokenBytes(content, format), ...controls(text, format)],
    warnings: marked === undefined ? [] : [warning],
  };
}

function wideEncoding(content: Buffer): string | undefined {
  const [first, second] = content;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return 'UTF-16';
  // UTF-16 without a byte-order mark: every other byte of ASCII letters is zero.
  const head = content.subarray(0, 64).toString('latin1');
  return /^(?:[\t-\x7e]\0){2,}/.test(head) || /^(?:\0[\t-\x7e]){2,}/.test(head)
    ? 'UTF-16'
    : undefined;
}

/** A problem for the first line that is not UTF-8. Comments of .env files may have any bytes: readers skip them. */
function brokenBytes(content: Buffer, format: Format): string[] {
  if (isUtf8(content)) return [];
  const lines = content.toString('latin1').split('\n');
  const at = lines.findIndex((one) => {
    const isComment = format === 'env' && /^\s*[#;]/.test(one);
    return !isComment && !isUtf8(Buffer.from(one, 'latin1'));
  });
  const problem = `line ${at + 1}: there is a byte that is not UTF-8 (is the file Latin-1?); save it as UTF-8`;
  return at === -1 ? [] : [problem];
}

/** A problem for the first control character. The parsers of JSON and TOML report control characters themselves. */
function controls(text: string, format: Format): string[] {
  // oxlint-disable-next-line no-control-regex -- the pattern searches for control characters
  const pattern = format === 'env' ? /\0/ : /[\0-\x08\x0B\x0C\x0E-\x1F\x7F]/;
  if (format === 'json' || format === 'toml') return [];
  const at = text.search(pattern);
  return at === -1
    ? []
    : [`${placeOf(text, at)}: there is a control character, which its readers refuse`];
}
