// Parses YAML 1.1 or 1.2, and describes its syntax errors without repeating the file's text.
import { type Document, type ErrorCode, Lexer, LineCounter, parseDocument } from 'yaml';
import { duplicateFix, type Parsed, placeOf } from './values.ts';
import { duplicateKeys } from './yaml-keys.ts';
import type { YamlVersion } from './yaml-scalars.ts';
import { buildYaml, UnusableYaml } from './yaml-value.ts';

/** Replaces the library's messages, which quote the file and so may show secrets. */
const WORDS: Partial<Record<ErrorCode, string>> = {
  BAD_INDENT: 'the indentation does not fit',
  BLOCK_AS_IMPLICIT_KEY: 'the indentation does not fit, or a key is not on a line of its own',
  MISSING_CHAR: 'a closing quote, bracket, comma or colon is missing',
  MULTILINE_IMPLICIT_KEY: 'a colon is missing after the key',
  TAB_AS_INDENT: 'YAML is indented with spaces, not tabs',
  UNEXPECTED_TOKEN: 'this is not expected here',
  MULTIPLE_DOCS: 'there is more than one document in the file',
};

/** `version` decides what unquoted texts such as `on` and `012` mean. Follows aliases and merge keys (`<<`). */
export function parseYaml(text: string, version: YamlVersion = '1.2'): Parsed {
  const lines = new LineCounter();
  try {
    const document = parseDocument(text, {
      lineCounter: lines,
      prettyErrors: false,
      // duplicateKeys reports duplicates, with both lines.
      uniqueKeys: false,
      // `failsafe` reads every value as text. buildYaml then decides what unquoted texts mean in this YAML version.
      schema: 'failsafe',
    });
    const problems = document.errors.map(({ code, pos }) => {
      const { line, col } = lines.linePos(pos[0]);
      return `line ${line}, column ${col}: ${WORDS[code] ?? `this is not YAML (${code})`}`;
    });
    return problems.length > 0
      ? { value: undefined, problems }
      : valueOf(document, { text, version, lines });
  } catch (error) {
    if (error instanceof UnusableYaml) return { value: undefined, problems: [error.message] };
    if (error instanceof RangeError)
      return { value: undefined, problems: ['it is nested too deeply'] };
    throw error;
  }
}

function valueOf(
  document: Document,
  { text, version, lines }: { text: string; version: YamlVersion; lines: LineCounter },
): Parsed {
  const { value, differences } = buildYaml(document, version, lines);
  const tags = document.warnings
    .filter(({ code }) => code === 'TAG_RESOLVE_FAILED')
    .map(({ pos: [at, end] }) => unknownTag(placeOf(text, at), text.slice(at, end)));
  const problems = duplicateKeys(document, lines);
  return {
    value,
    problems,
    fix: duplicateFix(problems, problems.length),
    warnings: [...differences, ...tags, ...(version === '1.1' ? tabsIn(text) : [])],
    // Always YAML 1.2, so that another version in argo.yml does not change the config fingerprints.
    asWritten: version === '1.2' ? value : buildYaml(document, '1.2', lines).value,
  };
}

function unknownTag(place: string, tag: string): string {
  return `${place}: the tag ${/^!\w{1,30}$/.test(tag) ? tag : 'here'} is only known to a reader that was taught it; others refuse the file`;
}

/** Characters that the lexer adds between tokens, and that are not in the file. */
const MARKS = new Set(['\u0002', '\u0018', '\u001F']);

/** YAML allows tabs between values, but PyYAML refuses them. */
function tabsIn(text: string): string[] {
  if (!text.includes('\t')) return [];
  let at = 0;
  for (const piece of new Lexer().lex(text)) {
    if (/^[ \t]*\t[ \t]*$/.test(piece))
      return [
        `${placeOf(text, at)}: there is a tab between values, which Python’s PyYAML refuses; use spaces`,
      ];
    if (!MARKS.has(piece)) at += piece.length;
  }
  return [];
}
