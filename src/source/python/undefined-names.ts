// Decides whether a name that ruff calls undefined may exist at run time.
import type { Finding } from '../../deploy/ports/ports.ts';
import {
  bindsElsewhere,
  emptyOnOverflow,
  hasFutureAnnotations,
  levelAt,
  runsText,
} from './evaluated-names.ts';
import { readBlocks } from './unbound/blocks.ts';
import { lineStarts } from './tokens/places.ts';
import type { Token } from './tokens/tokens.ts';

/** Matches comments such as `# noqa`, with which a person accepts the findings of a line. */
export const ACCEPTED = /#\s*(?:noqa|type:\s*ignore|pyright:\s*ignore)\b/;

/** Code that creates names without assignments. In such a module no name is certainly undefined. */
const MAKES_NAMES = new RegExp(
  [
    String.raw`\b(?:globals|locals|vars)\(\)\s*(?:\.update|\.setdefault|\[[^\]]*\]\s*=[^=])`,
    // `names = globals()` and `install(globals())` may add names later. `dict(globals())` and the like only read.
    String.raw`\bglobals\(\)\s*$`,
    String.raw`(?<!\b(?:dict|list|set|sorted|len|print|id|type|iter))\(globals\(\)`,
    String.raw`\bsys\.modules\[__name__\]\.__dict__`,
    String.raw`\bsys\.modules\[__name__\][^]*\bsetattr\(|\bsetattr\(\s*sys\.modules\[__name__\]`,
    String.raw`@_?(?:simple_enum|global_enum)\b|_convert_\(`,
  ].join('|'),
  'm',
);

/** If `import a.b` is only for type checkers, ruff blames each use of `a.c`, although another import may bind `a`. */
const SUBMODULE = /^\s*import\s+\w+\.[\w.]+\s*(?:#|,|$)/;

/** Names that Python sets in modules and classes, and that ruff does not know. */
const OF_PYTHON = /^(?:__(?:annotations|type_params|firstlineno)__|_IncompleteInputError)$/;

/** Matches a test of the Python version. A file with one may use names of Python 2 where Python 3 does not run. */
const ASKS_VERSION = /\bsys\.version_info\b|\bPY[23]\b/;
const OF_PYTHON_2 =
  /^(?:unicode|basestring|long|xrange|raw_input|unichr|reduce|cmp|file|execfile|reload|buffer|intern|apply)$/;

/** The name that ruff calls undefined (rule F821); undefined for other findings. */
export function undefinedName(finding: Finding): string | undefined {
  return finding.code === 'F821' ? nameIn(finding) : undefined;
}

function nameIn({ code, message }: Finding): string | undefined {
  return code === 'F821' || code === 'F823' ? /`(.*)`/.exec(message)?.[1] : undefined;
}

/** Returns a function for the level of a finding about a name; undefined if the name may exist when the line runs. */
export function nameLevels(
  source: string,
  tokens: readonly Token[],
  newest: boolean,
): (one: Finding) => Finding['level'] | undefined {
  const lines = source.split('\n');
  const asksVersion = ASKS_VERSION.test(source);
  const starts = lineStarts(source);
  const statements = emptyOnOverflow(() => readBlocks(tokens));
  const makesNames = MAKES_NAMES.test(source) || runsText(statements);
  const catches = tokens.some(({ name }) => name === 'NameError');
  const file = { statements, lazyAnnotations: newest || hasFutureAnnotations(statements) };
  return (finding) => {
    const { path, line: row, column, level } = finding;
    const line = lines[row - 1] ?? '';
    const offset = (starts[row - 1] ?? 0) + column - 1;
    if (finding.code === 'TC004') {
      const accepted = makesNames || catches || SUBMODULE.test(line) || ACCEPTED.test(line);
      return accepted || bindsElsewhere(statements, importedAt(tokens, offset)) ? undefined : level;
    }
    const name = nameIn(finding);
    if (name === undefined) return level;
    if (finding.code === 'F823') return levelAt(file, name, offset);
    const may =
      makesNames ||
      ACCEPTED.test(line) ||
      OF_PYTHON.test(name) ||
      // Python does not evaluate names inside string annotations, such as `x: "Foo"`.
      tokens.findLast(({ start }) => start <= offset)?.kind === 'String' ||
      (asksVersion && OF_PYTHON_2.test(name)) ||
      // Python sets `__path__` in packages.
      (name === '__path__' && /(?:^|\/)__init__\.py$/.test(path)) ||
      hasMangledTwin(name, tokens);
    return may ? undefined : levelAt(file, name, offset);
  };
}

/** The name that an import binds: `b` of `a as b`. */
function importedAt(tokens: readonly Token[], offset: number): string {
  const at = tokens.findIndex(({ start }) => start >= offset);
  return tokens[tokens[at + 1]?.kind === 'As' ? at + 2 : at]?.name ?? '';
}

/** Whether the file has the name in its other form: in a class A, Python reads `__x` as `_A__x`. */
function hasMangledTwin(name: string, tokens: readonly Token[]): boolean {
  const own = /^(?:_\w*?[^_])?(__\w*[^_]_?)$/.exec(name)?.[1];
  if (own === undefined) return false;
  return tokens.some(
    (token) => token.name !== undefined && token.name !== name && token.name.endsWith(own),
  );
}
