// Decides which lines of a requirements file are refused: unknown options, sources, missing hashes.
import type { DeclaredRequirements } from '../../deploy/ports/ports.ts';
import { type Refusal, refusePlace, shown, undeclared, withoutLogin } from './package-places.ts';
import { linesOf } from './requirement-lines.ts';
import type { Problem } from '../files/walk.ts';

export type RequirementRules = Omit<DeclaredRequirements, 'requirements'>;

/** The accepted options of pip by kind. pip also accepts prefixes such as `--req`, which argo-bot refuses. */
const KINDS = {
  path: '-r --requirement -c --constraint',
  source: '-e --editable',
  address: '-f --find-links -i --index-url --extra-index-url',
  host: '--trusted-host',
  flag: '--no-index --pre --prefer-binary --require-hashes',
  value:
    '--no-binary --only-binary --use-feature --hash --config-settings --config-setting --global-option --install-option',
};
const OPTIONS = new Map(
  Object.entries(KINDS).flatMap(([kind, names]) => names.split(' ').map((name) => [name, kind])),
);

/** One problem for each refused line of a file. */
export function refusedIn(file: string, content: Buffer, rules: RequirementRules): Problem[] {
  return linesOf(content).flatMap(({ text, line }) => {
    const refusal = refusalOf(text, rules);
    return refusal === undefined
      ? []
      : [{ path: file, ...refusal, problem: `line ${line} ${refusal.problem}` }];
  });
}

function refusalOf(text: string, rules: RequirementRules): Refusal | undefined {
  const words = wordsOf(text);
  if (words === undefined) {
    return { problem: 'has a quote that does not end', next: 'Close the quote.' };
  }
  // A login may be a variable of the host. The rest of an address may not, because it says what is installed.
  const [hidden] = /\$\{[A-Z0-9_]+\}/.exec(withoutLogin(words.join(' '))) ?? [];
  if (hidden !== undefined) {
    return {
      problem: `takes ${hidden} from the host, so argo-bot cannot tell what is installed`,
      next: 'Write its value into the line.',
    };
  }
  const first = words.findIndex((word) => word.startsWith('-'));
  const named = words.slice(0, first < 0 ? undefined : first).join(' ');
  const options = optionsOf(first < 0 ? [] : words.slice(first));
  if ('problem' in options) return options;
  const hashed = options.list.some(({ name }) => name === '--hash');
  return (
    (named === '' ? undefined : refusePackage(named, hashed, rules)) ??
    options.list.map((option) => refuseOption(option, rules)).find((found) => found !== undefined)
  );
}

/** The words of a line as pip splits it: like a shell that expands nothing. Undefined if a quote is not closed. */
function wordsOf(text: string): string[] | undefined {
  if (/["']/.test(text.replaceAll(QUOTED, ''))) return undefined;
  return text.match(WORD)?.map((word) => word.replaceAll(QUOTED, '$1$2$3')) ?? [];
}

const QUOTED = /"([^"]*)"|'([^']*)'|\\([^]?)/g;
const WORD = /(?:"[^"]*"|'[^']*'|\\[^]?|[^\s"'\\]+)+/g;

interface Option {
  name: string;
  value: string;
}

function optionsOf(words: readonly string[]): { list: Option[] } | Refusal {
  const list: Option[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    const [, name = word, glued] = /^(-[a-z](?!-)|--[a-z-]+)=?(.+)?$/s.exec(word) ?? [];
    const kind = OPTIONS.get(name);
    if (kind === undefined) {
      return {
        problem: `has ${name.slice(0, 40)}, which argo-bot does not know as an option of pip`,
        next: `Use the option's whole name, or remove it. Known are ${[...OPTIONS.keys()].join(' ')}.`,
      };
    }
    if (kind === 'flag') list.push({ name, value: '' });
    else if (glued !== undefined) list.push({ name, value: glued });
    else list.push({ name, value: words[(at += 1)] ?? '' });
  }
  return { list };
}

function refuseOption({ name, value }: Option, rules: RequirementRules): Refusal | undefined {
  const kind = OPTIONS.get(name);
  if (kind === 'path' || kind === 'address')
    return refusePlace(value, rules, name.includes('index') || name === '-i');
  if (kind === 'source')
    return rules.only_binary ? refuseBuild(value) : refusePackage(value, true, rules);
  if (kind === 'host') {
    const isTrusted = rules.addresses.some(
      (one) => new URL(one).host.split(':')[0] === value.split(':')[0],
    );
    return isTrusted ? undefined : undeclared(`trusts ${value} without a certificate`, rules);
  }
  if (name !== '--no-binary' || !rules.only_binary) return undefined;
  const problem = 'has --no-binary, but `python.only_binary` is set';
  return { problem, next: 'Remove one of them.' };
}

/** Why a package is refused, if it is. `named` is `name==1.0`, `name @ address`, an address or a path. */
function refusePackage(
  named: string,
  hashed: boolean,
  rules: RequirementRules,
): Refusal | undefined {
  const bare = named.replace(/\s+;.*$/s, '');
  const [, direct] = /^[\w.[\],\s-]+?@\s*(.+)$/s.exec(bare) ?? [];
  const target = direct ?? bare;
  const isPlace =
    direct !== undefined ||
    /^\.|[/\\:]|\.(?:whl|zip|tgz|egg|tar(?:\.\w+)?)$/i.test(target.replace(/[#;].*$/s, ''));
  if (isPlace) {
    const refused = refusePlace(target, rules, false);
    if (refused) return refused;
    const [file = ''] = target.split('#');
    if (rules.only_binary && !/\.whl$/i.test(file)) return refuseBuild(target);
  }
  if (!rules.require_hashes || hashed) return undefined;
  return {
    problem: `has no --hash, but \`python.require_hashes\` is set: ${shown(bare)}`,
    next: 'Write the file with hashes: `pip-compile --generate-hashes` or `uv pip compile --generate-hashes`.',
  };
}

const refuseBuild = (target: string): Refusal => ({
  problem: `builds ${shown(target)}, but \`python.only_binary\` is set`,
  next: 'Commit a wheel of it (`pip wheel`), or remove `python.only_binary` from argo.yml.',
});
