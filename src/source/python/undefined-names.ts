// Decides whether a name that ruff calls undefined may exist at run time.
import type { Finding } from '../../deploy/ports/ports.ts';
import { lineStarts } from './tokens/places.ts';
import type { Token } from './tokens/tokens.ts';

/** A comment for a linter or type checker with which a person accepts the findings of a line. */
export const ACCEPTED = /#\s*(?:noqa|type:\s*ignore|pyright:\s*ignore)\b/;

/** Code that creates names without assignments. In such a module no name is certainly undefined. */
const MAKES_NAMES =
  /\bglobals\(\)\s*(?:\.update|\.setdefault|\[[^\]]*\]\s*=[^=]|$)|\bsys\.modules\[__name__\]\.__dict__|\bvars\(\)\.update|@_?(?:simple_enum|global_enum)\b|_convert_\(/m;

/** A check of the Python version, after which code for Python 2 and 3 uses names of Python 2. */
const ASKS_VERSION = /\bsys\.version_info\b|\bPY[23]\b/;
const OF_PYTHON_2 =
  /^(?:unicode|basestring|long|xrange|raw_input|unichr|reduce|cmp|file|execfile|reload|buffer|intern|apply)$/;

/** Whether the name of an F821 finding may exist when the line runs. */
export function maybeDefined(source: string, tokens: readonly Token[]): (one: Finding) => boolean {
  const lines = source.split('\n');
  const [makesNames, asksVersion] = [MAKES_NAMES.test(source), ASKS_VERSION.test(source)];
  const starts = lineStarts(source);
  return ({ path, code, message, line: row, column }) => {
    if (code !== 'F821') return false;
    const line = lines[row - 1] ?? '';
    const offset = (starts[row - 1] ?? 0) + column - 1;
    const [, name = ''] = /`(.*)`/.exec(message) ?? [];
    return (
      makesNames ||
      ACCEPTED.test(line) ||
      // Python does not evaluate names inside string annotations.
      tokens.findLast(({ start }) => start <= offset)?.kind === 'String' ||
      (asksVersion && OF_PYTHON_2.test(name)) ||
      // Python sets `__path__` in packages.
      (name === '__path__' && /(?:^|\/)__init__\.py$/.test(path))
    );
  };
}
