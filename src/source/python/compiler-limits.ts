// Decides whether a Python file exceeds limits of CPython's compiler, which ruff does not check.
import { closes, opens, type Token } from './tokens/tokens.ts';

/** CPython's MAXLEVEL, MAXINDENT, CO_MAXBLOCKS and sys.int_info.default_max_str_digits. */
const MOST_BRACKETS = 200;
const MOST_INDENTS = 99;
const MOST_BLOCKS = 20;
const MOST_DIGITS = 4_300;

const BLOCKS: ReadonlySet<string> = new Set(['For', 'While', 'With', 'Try']);

/** The first place that exceeds a limit, if there is one. */
export function beyondCompiler(
  tokens: readonly Token[],
  source: string,
): { start: number; message: string } | undefined {
  let brackets = 0;
  const open: string[] = [];
  let [head, first] = ['', true];
  for (const token of tokens) {
    const { kind, start, end } = token;
    if (opens(token) && ++brackets > MOST_BRACKETS)
      return { start, message: 'too many nested parentheses' };
    if (closes(token)) brackets--;
    if (kind === 'Int' && digitsIn(source.slice(start, end)) > MOST_DIGITS)
      return { start, message: `an integer of more than ${MOST_DIGITS} digits` };
    if (kind === 'Indent') {
      open.push(head);
      if (open.length > MOST_INDENTS) return { start, message: 'too many levels of indentation' };
      if (blocksIn(open) > MOST_BLOCKS)
        return { start, message: 'too many statically nested blocks' };
    } else if (kind === 'Dedent') open.pop();
    else if (first && kind !== 'Newline' && kind !== 'Async') head = kind;
    first =
      kind === 'Newline' || kind === 'Indent' || kind === 'Dedent' || (first && kind === 'Async');
  }
  return undefined;
}

/** The number of `for`, `while`, `with` and `try` blocks that are open in the innermost function or class. */
function blocksIn(open: readonly string[]): number {
  const scope = open.findLastIndex((word) => word === 'Def' || word === 'Class');
  return open.slice(scope + 1).filter((word) => BLOCKS.has(word)).length;
}

/** The number of digits of a decimal number; 0 for zero and for other bases, which have no limit. */
function digitsIn(written: string): number {
  return written.startsWith('0') ? 0 : written.replaceAll('_', '').length;
}
