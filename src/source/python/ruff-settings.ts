// Reads the project's ruff settings: excluded files, ignored rules, declared builtins.
import path from 'node:path';
import { parse } from 'smol-toml';
import { z } from 'zod';
import type { FileReader } from '../../deploy/ports/ports.ts';
import { wildcard } from '../files/wildcard.ts';

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
});
/** As in ruff, settings in `lint` replace those of the same name at the top level. */
const Ruff = Lint.extend({
  builtins: Names,
  exclude: Names,
  'extend-exclude': Names,
  extend: z.string().optional().catch(undefined),
  lint: Lint.extend({ exclude: Names }).optional().catch(undefined),
}).transform(({ lint: { exclude, ...lint } = {}, ...ruff }) => ({
  ...ruff,
  ...lint,
  'lint-exclude': exclude,
}));
type Ruff = z.infer<typeof Ruff>;

interface Settings {
  /** The folder of the settings file, to which its patterns are relative. */
  folder: string;
  builtins: ReadonlySet<string>;
  excludes: Pattern[];
  ignored: string[];
  perFile: { pattern: Pattern; negated: boolean; codes: string[] }[];
}

const NOTHING: FileSettings = { builtins: new Set(), excluded: false, ignores: () => false };

/** Returns a function that reads a file's settings: as in ruff, the nearest settings file in a folder above it. */
export function ruffSettings(tree: FileReader): (file: string) => Promise<FileSettings> {
  const byFolder = new Map<string, Promise<Settings | undefined>>();
  const readNearest = async (folder: string): Promise<Settings | undefined> => {
    const own = await readFolder(tree, folder);
    return own ?? (folder === '' ? undefined : settingsOf(parentOf(folder)));
  };
  const settingsOf = (folder: string): Promise<Settings | undefined> => {
    const found = byFolder.get(folder) ?? readNearest(folder);
    byFolder.set(folder, found);
    return found;
  };
  return async (file) => {
    const settings = await settingsOf(parentOf(file));
    return settings ? fileSettings(settings, file) : NOTHING;
  };
}

function parentOf(file: string): string {
  const parent = path.posix.dirname(file);
  return parent === '.' ? '' : parent;
}

function fileSettings(settings: Settings, file: string): FileSettings {
  const inside = settings.folder === '' ? file : file.slice(settings.folder.length + 1);
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

async function readFolder(tree: FileReader, folder: string): Promise<Settings | undefined> {
  for (const name of ['.ruff.toml', 'ruff.toml', 'pyproject.toml']) {
    const file = path.posix.join(folder, name);
    const ruff = await readRuff(tree, file);
    if (ruff) return settingsFrom(folder, await extended(tree, file, ruff, MOST_EXTENDED));
  }
  return undefined;
}

const MOST_EXTENDED = 4;

/** The settings of a file and of up to `most` files that it extends (`extend = "../ruff.toml"`), the base first. */
async function extended(tree: FileReader, file: string, ruff: Ruff, most: number): Promise<Ruff[]> {
  if (ruff.extend === undefined || most === 0 || path.posix.isAbsolute(ruff.extend)) return [ruff];
  const base = path.posix.join(path.posix.dirname(file), ruff.extend);
  const next = base.startsWith('..') ? undefined : await readRuff(tree, base);
  return next ? [...(await extended(tree, base, next, most - 1)), ruff] : [ruff];
}

function settingsFrom(folder: string, chain: readonly Ruff[]): Settings {
  const last = <T>(of: (one: Ruff) => T | undefined): T | undefined =>
    chain.map((one) => of(one)).findLast((one) => one !== undefined);
  const all = (of: (one: Ruff) => string[] | undefined): string[] =>
    chain.flatMap((one) => of(one) ?? []);
  const perFile = [
    last((one) => one['per-file-ignores']) ?? {},
    ...chain.map((one) => one['extend-per-file-ignores'] ?? {}),
  ].flatMap((one) => Object.entries(one));
  return {
    folder,
    builtins: new Set(last((one) => one.builtins)),
    excludes: [
      ...(last((one) => one.exclude) ?? []),
      ...all((one) => one['extend-exclude']),
      ...all((one) => one['lint-exclude']),
    ].map((glob) => patternOf(glob)),
    ignored: [...(last((one) => one.ignore) ?? []), ...all((one) => one['extend-ignore'])],
    perFile: perFile.map(([glob, codes]) => {
      const negated = glob.startsWith('!');
      return { pattern: patternOf(negated ? glob.slice(1) : glob), negated, codes };
    }),
  };
}

const MOST_BYTES = 1_000_000;

/** The ruff settings in a file; undefined if it is missing or invalid. */
async function readRuff(tree: FileReader, file: string): Promise<Ruff | undefined> {
  const found = await tree.read(file, MOST_BYTES);
  if (found.kind !== 'file') return undefined;
  try {
    const table: unknown = parse(found.content.toString('utf8'));
    if (!file.endsWith('pyproject.toml')) return Ruff.parse(table);
    const project = z.object({ tool: z.object({ ruff: Ruff.optional() }) }).safeParse(table);
    return project.data?.tool.ruff;
  } catch {
    return undefined;
  }
}

type Pattern = (name: string) => boolean;

/** Replaces `/` in patterns and names: `*` in ruff's patterns matches slashes, but not in `wildcard`. */
const SLASH = '\u0001';

function patternOf(glob: string): Pattern {
  const whole = glob.replace(/^\.\//, '').replace(/\/+$/, '');
  // In ruff's patterns, `**/a` also matches `a`, and `a/**` also matches `a`.
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

/** Expands braces: `{a,b}.py` → `a.py`, `b.py`. */
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
