// Parses a .env config as systemd or as dotenv, and warns where the two readers differ.
import { readDotenv } from './dotenv-lines.ts';
import { type Assignment, readSystemdEnv, type ReadEnv, SYSTEMD_NAME } from './systemd-env.ts';
import { duplicateFix, hasTwice, type Parsed, printable, type Value } from './values.ts';

/** Parses as `dialect` does. Warns where the other one reads another value, unless argo.yml declares dotenv. */
export function parseDotenv(
  text: string,
  {
    dialect,
    declared,
    python,
  }: { dialect: 'systemd' | 'dotenv'; declared: boolean; python: boolean },
): Parsed {
  const dotenv = readDotenv(text.replace(/^\uFEFF/, ' '), { python });
  const both = { systemd: readSystemdEnv(text), dotenv };
  const own = both[dialect];
  const lineOf = (at: number): number => text.slice(0, at).split('\n').length;
  const value: { [key: string]: Value } = Object.create(null);
  for (const one of own.assignments)
    if (dialect === 'dotenv' || SYSTEMD_NAME.test(one.key)) value[one.key] = one.value;
  const differences = differencesOf(both, text, lineOf);
  const ignored = differences.flatMap(({ key, told }) =>
    Object.hasOwn(value, key) ? [] : [[key, told] as const],
  );
  const { problems, fix } = problemsOf(own, lineOf);
  return {
    value,
    problems,
    fix,
    warnings:
      declared && dialect === 'dotenv'
        ? []
        : differences.map(({ told }) => `${told} (read here as ${dialect} does)`),
    ...(dialect === 'systemd' ? { ignored: Object.fromEntries(ignored) } : {}),
  };
}

function problemsOf(read: ReadEnv, lineOf: (at: number) => number) {
  const first = new Map<string, number>();
  const placed = (at: number, problem: string) => ({ at, text: `line ${lineOf(at)}: ${problem}` });
  const duplicates = read.assignments.flatMap(({ key, at }) => {
    const line = first.get(key);
    if (line !== undefined)
      return [{ at, text: hasTwice(shown(key), { line }, { line: lineOf(at) }) }];
    first.set(key, lineOf(at));
    return [];
  });
  const found = [
    ...read.invalidLines.map((at) => placed(at, 'this is not KEY=value')),
    ...read.unclosed.map(({ key, at }) => placed(at, `${shown(key)} has no closing quote`)),
    ...read.overlong.map(({ key, at }) =>
      placed(
        at,
        `${shown(key)} has text after its closing quote, so python-dotenv ignores the line`,
      ),
    ),
    ...duplicates,
  ];
  const problems = found.toSorted((a, b) => a.at - b.at).map(({ text }) => text);
  return { problems, fix: duplicateFix(problems, duplicates.length) };
}

/** Shows only keys that look like names, because a secret may have been pasted as a key. */
function shown(key: string): string {
  const name = key.replace(/^\uFEFF?(?:export\s+)?/, '');
  return /^[A-Za-z_][\w.-]{0,79}$/.test(name) ? printable(name) : 'what is before the =';
}

function differencesOf(
  both: { systemd: ReadEnv; dotenv: ReadEnv },
  text: string,
  lineOf: (at: number) => number,
): { key: string; told: string }[] {
  const other = new Map(both.dotenv.assignments.map((one) => [one.at, one]));
  return both.systemd.assignments.flatMap((one) => {
    const { key = shown(one.key), value } = other.get(one.at) ?? {};
    const why = whyDifferent(one, value, text);
    if (why === undefined) return [];
    const told = `line ${lineOf(one.at)}: systemd ${why.systemd}; a dotenv reader ${why.dotenv}`;
    return [{ key, told }];
  });
}

/** Says how each reader treats the assignment, without its value; undefined if both read the same. */
function whyDifferent(
  { key, value }: Assignment,
  dotenv: string | undefined,
  text: string,
): { systemd: string; dotenv: string } | undefined {
  const name = shown(key);
  if (key.startsWith('\uFEFF')) {
    const because = 'because of the byte-order mark (BOM) before it';
    return { systemd: `ignores ${name} ${because}`, dotenv: 'takes it, or refuses it as well' };
  }
  if (/^export\s/.test(key))
    return { systemd: `ignores ${name} because of export before it`, dotenv: 'takes it' };
  if (!SYSTEMD_NAME.test(key))
    return { systemd: `ignores ${name}, which is no name of a variable`, dotenv: 'may take it' };
  if (dotenv === value) return undefined;
  if (dotenv === undefined) return { systemd: `takes ${name}`, dotenv: 'does not' };
  if (value.startsWith(dotenv) && /^\s*#/.test(value.slice(dotenv.length))) {
    return { systemd: `takes the comment after ${name} into its value`, dotenv: 'does not' };
  }
  if (/\$\{/.test(value) && !dotenv.includes('${'))
    return { systemd: `leaves the \${…} in ${name} as it is`, dotenv: 'fills it in' };
  const line = text.includes('\\') ? 'its backslashes or quotes' : 'its quotes';
  return { systemd: `reads ${name} by other rules for ${line}`, dotenv: 'gets another value' };
}
