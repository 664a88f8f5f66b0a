import { isMap, isPair, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml';
import type { Document, ErrorCode, Pair, YAMLMap } from 'yaml';
import { printable } from './values.ts';
import type { Parsed, Value } from './values.ts';

/** The library's own messages quote the file, and so its secrets: these do not. */
const WORDS: Partial<Record<ErrorCode, string>> = {
  BAD_INDENT: 'the indentation does not fit',
  BLOCK_AS_IMPLICIT_KEY: 'the indentation does not fit, or a key is not on a line of its own',
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
    // Found below, with both places.
    uniqueKeys: false,
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
    return { value, problems: duplicates(document, lines) };
  } catch {
    return { value: undefined, problems: ['its aliases (&, *) refer to each other too often'] };
  }
}

function duplicates(document: Document, lines: LineCounter): string[] {
  const problems: string[] = [];
  visit(document, {
    Map(_key, map, ancestors) {
      const above = ancestors.flatMap((node, index) => nameIn(node, ancestors[index + 1] ?? map));
      problems.push(...twiceIn(map, above, lines));
    },
  });
  return problems;
}

/** What a node on the way down adds to the dotted key of what is below it. */
function nameIn(node: unknown, below: unknown): string[] {
  if (isPair(node)) return [keyOf(node)];
  return isSeq(node) ? [String(node.items.indexOf(below))] : [];
}

function twiceIn(map: YAMLMap, above: string[], lines: LineCounter): string[] {
  const first = new Map<string, number>();
  return map.items.flatMap((pair) => {
    const key = keyOf(pair);
    const range = isScalar(pair.key) || isMap(pair.key) || isSeq(pair.key) ? pair.key.range : null;
    const { line, col } = lines.linePos(range?.[0] ?? 0);
    const before = first.get(key);
    if (before === undefined) first.set(key, line);
    // Two merges into one mapping are no two values of one key.
    if (before === undefined || key === '<<') return [];
    const name = printable([...above, key].join('.'));
    return [`line ${line}, column ${col}: ${name} is there twice, first in line ${before}`];
  });
}

function keyOf(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : String(pair.key);
}
