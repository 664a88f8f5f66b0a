// Reads the project's ruff settings: excluded files, ignored rules, declared builtins.
import path from 'node:path';
import { parse } from 'smol-toml';
import { z } from 'zod';
import { textInside } from '../../deploy/untrusted/safe-file.ts';
import { wildcard } from '../files/wildcard.ts';

/** The project's ruff settings for one file. */
export interface FileSettings {
  builtins: ReadonlySet<string>;
  excluded: boolean;
  ignores(code: string): boolean;
}

const Names = z.array(z.string()).optional().catch(undefined);
const PerFile = z.record(z.string(), z.array(z.string())).optional().catch(undefined);
const Lint = z.object({
  ignore: Names,
  'extend-ignore': Names,
  'per-file-ignores': PerFile,
  'extend-per-file-ignores': PerFile,
  exclude: Names,
});
const Ruff = Lint.extend({
  builtins: Names,
  'extend-exclude': Names,
  extend: z.string().optional().catch(undefined),
  lint: Lint.optional().catch(undefined),
});
type Ruff = z.infer<typeof Ruff>;

interface Settings {
  /** The folder of the settings file. Its patterns are relative to it. */
  base: string;
  builtins: ReadonlySet<string>;
  excludes: Pattern[];
  ignored: string[];
  perFile: { pattern: Pattern; negated: boolean; codes: string[] }[];
}

const NOTHING: FileSettings = { builtins: new Set(), excluded: false, ignores: () => false };

/** The nearest settings file above a Python file counts, as in ruff. Nothing above `directory` is read. */
export function ruffSettings(directory: string): (file: string) => FileSettings {
  const byFolder = new Map<string, Settings | undefined>();
  const settingsOf = (folder: string): Settings | undefined => {
    if (byFolder.has(folder)) return byFolder.get(folder);
    const own = readFolder(directory, folder);
    const found = own ?? (folder === '' ? undefined : settingsOf(parentOf(folder)));
    byFolder.set(folder, found);
    return found;
  };
  return (file) => {
    const settings = settingsOf(parentOf(file));
    return settings ? fileSettings(settings, file) : NOTHING;
  };
}

function parentOf(file: string): string {
  const parent = path.posix.dirname(file);
  return parent === '.' ? '' : parent;
}

function fileSettings(settings: Settings, file: string): FileSettings {
  const inside = settings.base === '' ? file : file.slice(settings.base.length + 1);
  const parts = inside.split('/');
  const above = parts.map((_, at) => parts.slice(0, at + 1).join('/'));
  const name = parts.at(-1) ?? '';
  const codes = settings.perFile
    .filter(({ pattern, negated }) => (pattern(inside) || pattern(name)) !== negated)
    .flatMap((one) => one.codes);
  const ignored = [...settings.ignored, ...codes];
  return {
    builtins: settings.builtins,
    excluded: settings.excludes.some(
      (excludes) => above.some((one) => excludes(one)) || parts.some((one) => excludes(one)),
    ),
    ignores: (code) => ignored.some((one) => one === 'ALL' || code.startsWith(one)),
  };
}

function readFolder(directory: string, folder: string): Settings | undefined {
  for (const name of ['.ruff.toml', 'ruff.toml', 'pyproject.toml']) {
    const file = path.posix.join(folder, name);
    const ruff = readRuff(directory, file);
    if (ruff) return settingsFrom(folder, extended(directory, file, ruff));
  }
  return undefined;
}

const MOST_EXTENDED = 5;

/** The chain of `extend`, with the base first. */
function extended(directory: string, file: string, ruff: Ruff): Ruff[] {
  const chain = [ruff];
  let [at, last] = [file, ruff];
  while (last.extend !== undefined && chain.length < MOST_EXTENDED) {
    at = path.posix.join(path.posix.dirname(at), last.extend);
    if (at.startsWith('..') || path.posix.isAbsolute(last.extend)) break;
    const next = readRuff(directory, at);
    if (!next) break;
    chain.unshift(next);
    last = next;
  }
  return chain;
}

function settingsFrom(base: string, chain: readonly Ruff[]): Settings {
  const last = <T>(of: (one: Ruff) => T | undefined): T | undefined =>
    chain.map((one) => of(one)).findLast((one) => one !== undefined);
  const all = (of: (one: Ruff) => string[] | undefined): string[] =>
    chain.flatMap((one) => of(one) ?? []);
  const perFile = [
    last((one) => one.lint?.['per-file-ignores'] ?? one['per-file-ignores']) ?? {},
    ...chain.map(
      (one) => one.lint?.['extend-per-file-ignores'] ?? one['extend-per-file-ignores'] ?? {},
    ),
  ].flatMap((one) => Object.entries(one));
  return {
    base,
    builtins: new Set(last((one) => one.builtins)),
    excludes: [
      ...(last((one) => one.exclude) ?? []),
      ...all((one) => one['extend-exclude']),
      ...all((one) => one.lint?.exclude),
    ].map((glob) => patternOf(glob)),
    ignored: [
      ...(last((one) => one.lint?.ignore ?? one.ignore) ?? []),
      ...all((one) => one.lint?.['extend-ignore'] ?? one['extend-ignore']),
    ],
    perFile: perFile.map(([glob, codes]) => {
      const negated = glob.startsWith('!');
      return { pattern: patternOf(negated ? glob.slice(1) : glob), negated, codes };
    }),
  };
}

const MOST_BYTES = 1_000_000;

/** Undefined if the file is missing or invalid. */
function readRuff(directory: string, file: string): Ruff | undefined {
  const text = textInside(directory, file, MOST_BYTES);
  if (text === undefined) return undefined;
  try {
    const table: unknown = parse(text);
    if (!file.endsWith('pyproject.toml')) return Ruff.parse(table);
    const project = z.object({ tool: z.object({ ruff: Ruff.optional() }) }).safeParse(table);
    return project.data?.tool.ruff;
  } catch {
    return undefined;
  }
}

type Pattern = (name: string) => boolean;

/** Replaces `/`, because `*` in ruff's patterns also matches slashes. */
const SLASH = '\u0001';

function patternOf(glob: string): Pattern {
  const whole = glob.replace(/^\.\//, '').replace(/\/+$/, '');
  // `**/a` also matches `a`.
  const spellings = [whole, ...(whole.startsWith('**/') ? [whole.slice(3)] : [])].flatMap((one) => [
    one,
    ...(one.endsWith('/**') ? [one.slice(0, -3)] : []),
  ]);
  const fits = [...new Set(spellings)]
    .flatMap((one) => alternatives(one))
    .map((one) => wildcard(one.replaceAll('/', SLASH).replace(/\*+/g, '*'), { paths: false }));
  return (name) => {
    const letters = name.replaceAll('/', SLASH);
    return fits.some((one) => one(letters));
  };
}

const MOST_ALTERNATIVES = 64;

/** `{a,b}.py` → `a.py`, `b.py`. */
function alternatives(glob: string): string[] {
  let found = [glob];
  while (found.length <= MOST_ALTERNATIVES) {
    const next = found.flatMap((one) => {
      const [all, items] = /\{([^{}]*)\}/.exec(one) ?? [];
      if (all === undefined || items === undefined) return [one];
      return items.split(',').map((item) => one.replace(all, () => item));
    });
    if (next.length === found.length && next.every((one, at) => one === found[at])) return found;
    found = next;
  }
  return found.slice(0, MOST_ALTERNATIVES);
}
