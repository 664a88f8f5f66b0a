// Finds keys that one YAML mapping defines twice.
import { type Document, isMap, isPair, isScalar, isSeq, type LineCounter, visit } from 'yaml';
import type { Pair, YAMLMap } from 'yaml';
import { hasTwice, printable } from './values.ts';

/** Returns one problem for each duplicate key, with the lines of both definitions. */
export function duplicateKeys(document: Document, lines: LineCounter): string[] {
  const problems: string[] = [];
  visit(document, {
    Map(_key, map, ancestors) {
      const above = ancestors.flatMap((node, index) => nameIn(node, ancestors[index + 1] ?? map));
      problems.push(...duplicatesIn(map, above, lines));
    },
  });
  return problems;
}

/** The part of a dotted key that `node` adds for its child `below`. */
function nameIn(node: unknown, below: unknown): string[] {
  if (isPair(node)) return [keyOf(node)];
  return isSeq(node) ? [String(node.items.indexOf(below))] : [];
}

function duplicatesIn(map: YAMLMap, above: string[], lines: LineCounter): string[] {
  const first = new Map<string, { line: number; column: number }>();
  return map.items.flatMap((pair) => {
    const key = keyOf(pair);
    const range = isScalar(pair.key) || isMap(pair.key) || isSeq(pair.key) ? pair.key.range : null;
    const { line, col: column } = lines.linePos(range?.[0] ?? 0);
    const earlier = first.get(key);
    if (earlier === undefined) first.set(key, { line, column });
    // `<<` may occur several times in one mapping.
    if (earlier === undefined || key === '<<') return [];
    const name = printable([...above, key].join('.'));
    return [hasTwice(name, earlier, { line, column })];
  });
}

export function keyOf(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : String(pair.key);
}

/** The name of a value in messages: `massive.api_key`, or `the file` for the whole file. */
export function nameOf(path: readonly string[]): string {
  return path.length === 0 ? 'the file' : path.join('.');
}
