import type { Diagnostic } from '@astral-sh/ruff-wasm-nodejs';
import { lex } from './tokens/lexer.ts';
import { lineStarts } from './tokens/places.ts';

/** A comment by which people accept a line, whichever tool they wrote it for. */
export const ACCEPTED = /#\s*(?:noqa|type:\s*ignore|pyright:\s*ignore)\b/;

/** Modules that make names by other ways than assigning them: nobody can say which are undefined. */
const MAKES_NAMES =
  /\bglobals\(\)\s*(?:\.update|\.setdefault|\[[^\]]*\]\s*=[^=]|$)|\bsys\.modules\[__name__\]\.__dict__|\bvars\(\)\.update|@_?(?:simple_enum|global_enum)\b|_convert_\(/m;

/** Code for both Pythons asks which one it runs on, and only then uses a name that Python 3 does not have. */
const ASKS_VERSION = /\bsys\.version_info\b|\bPY[23]\b/;
const OF_PYTHON_2 =
  /^(?:unicode|basestring|long|xrange|raw_input|unichr|reduce|cmp|file|execfile|reload|buffer|intern|apply)$/;

/** F821 where the name may well be there when the line runs. */
export function maybeDefined(source: string): (path: string, found: Diagnostic) => boolean {
  const lines = source.split('\n');
  const [makesNames, asksVersion] = [MAKES_NAMES.test(source), ASKS_VERSION.test(source)];
  const quoted = isQuoted(source);
  return (path, { code, message, start_location: { row, column } }) => {
    if (code !== 'F821') return false;
    const line = lines[row - 1] ?? '';
    const [, name = ''] = /`(.*)`/.exec(message) ?? [];
    return (
      makesNames ||
      ACCEPTED.test(line) ||
      quoted(row, column) ||
      (asksVersion && OF_PYTHON_2.test(name)) ||
      // Packages know where they lie.
      (name === '__path__' && /(?:^|\/)__init__\.py$/.test(path))
    );
  };
}

/** A name inside a string annotation is never looked up when the service runs. */
function isQuoted(source: string): (line: number, column: number) => boolean {
  const [tokens, starts] = [lex(source), lineStarts(source)];
  return (line, column) => {
    const offset = (starts[line - 1] ?? 0) + column - 1;
    return tokens.findLast(({ start }) => start <= offset)?.kind === 'String';
  };
}
