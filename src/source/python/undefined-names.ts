// Decides whether a name that ruff calls undefined may exist at run time.
import type { Finding } from '../../deploy/ports/ports.ts';
import { lineStarts } from './tokens/places.ts';
import type { Token } from './tokens/tokens.ts';

/** Matches comments such as `# noqa`, with which a person accepts the findings of a line. */
export const ACCEPTED = /#\s*(?:noqa|type:\s*ignore|pyright:\s*ignore)\b/;

/** Code that creates names without assignments. In such a module no name is certainly undefined. */
const MAKES_NAMES =
  /\bglobals\(\)\s*(?:\.update|\.setdefault|\[[^\]]*\]\s*=[^=]|$)|\bsys\.modules\[__name__\]\.__dict__|\bvars\(\)\.update|@_?(?:simple_enum|global_enum)\b|_convert_\(/m;

/** Matches a test of the Python version. A file with one may use names of Python 2 where Python 3 does not run. */
const ASKS_VERSION = /\bsys\.version_info\b|\bPY[23]\b/;
const OF_PYTHON_2 =
  /^(?:unicode|basestring|long|xrange|raw_input|unichr|reduce|cmp|file|execfile|reload|buffer|intern|apply)$/;

/** The name that ruff calls undefined (rule F821); undefined for other findings. */
export function undefinedName({ code, message }: Finding): string | undefined {
  return code === 'F821' ? /`(.*)`/.exec(message)?.[1] : undefined;
}

/** Whether the name of an F821 finding may exist when the line runs. */
export function maybeDefined(source: string, tokens: readonly Token[]): (one: Finding) => boolean {
  const lines = source.split('\n');
  const [makesNames, asksVersion] = [MAKES_NAMES.test(source), ASKS_VERSION.test(source)];
  const starts = lineStarts(source);
  return (finding) => {
    const { path, line: row, column } = finding;
    const name = undefinedName(finding);
    if (name === undefined) return false;
    const line = lines[row - 1] ?? '';
    const offset = (starts[row - 1] ?? 0) + column - 1;
    return (
      makesNames ||
      ACCEPTED.test(line) ||
      // Python does not evaluate names inside string annotations, such as `x: "Foo"`.
      tokens.findLast(({ start }) => start <= offset)?.kind === 'String' ||
      (asksVersion && OF_PYTHON_2.test(name)) ||
      // Python sets `__path__` in packages.
      (name === '__path__' && /(?:^|\/)__init__\.py$/.test(path))
    );
  };
}
