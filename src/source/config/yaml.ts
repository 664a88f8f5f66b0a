import { LineCounter, parseDocument } from 'yaml';
import type { ErrorCode } from 'yaml';
import type { Parsed, Value } from './values.ts';

/** The library's own messages quote the file, and so its secrets: these do not. */
const WORDS: Partial<Record<ErrorCode, string>> = {
  BAD_INDENT: 'the indentation does not fit',
  BLOCK_AS_IMPLICIT_KEY: 'the indentation does not fit, or a key is not on a line of its own',
  DUPLICATE_KEY: 'a key is there twice',
  MISSING_CHAR: 'a closing quote, bracket, comma or colon is missing',
  MULTILINE_IMPLICIT_KEY: 'a colon is missing after the key',
  TAB_AS_INDENT: 'YAML is indented with spaces, not tabs',
  UNEXPECTED_TOKEN: 'this is not expected here',
  MULTIPLE_DOCS: 'there is more than one document in the file',
};

export function parseYaml(text: string): Parsed {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: true,
  });
  const problems = document.errors.map(({ code, pos }) => {
    const { line, col } = lines.linePos(pos[0]);
    return `line ${line}, column ${col}: ${WORDS[code] ?? `this is not YAML (${code})`}`;
  });
  if (problems.length > 0) return { value: undefined, problems };
  try {
    // Through JSON: dates, sets and the like become what a rule can be about.
    const value: Value = JSON.parse(
      JSON.stringify(document.toJS({ maxAliasCount: 100 })) ?? 'null',
    );
    return { value, problems };
  } catch {
    return { value: undefined, problems: ['its aliases (&, *) refer to each other too often'] };
  }
}
