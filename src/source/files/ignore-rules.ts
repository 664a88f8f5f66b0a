// Decides whether an ignore file or a default excludes a file from a release. Patterns match as in git.
import { wildcard, type Wildcard } from './wildcard.ts';

/** Files that are excluded by default. A `!pattern` in the ignore file includes a file again. */
const DEFAULTS: readonly [why: string, ...patterns: string[]][] = [
  ['tests are left out by default', 'tests/', 'test_*.py', '*_test.py'],
  ['Python caches are left out by default', '__pycache__/', '*.pyc'],
  ['git files are left out by default', '.git'],
  ['virtual environments are made on the host', '.venv', 'venv/'],
  ['node_modules is left out by default', 'node_modules/'],
  ['Finder files are left out by default', '.DS_Store'],
  ['logs are left out by default', '*.log'],
];

export interface Exclusion {
  /** The rule (`.deployignore:3 *.log`), or the reason of a default. */
  by: string;
  /** What excludes the file: a line of an ignore file, a default of argo-bot, or that git does not track it. */
  kind: 'rule' | 'default' | 'untracked';
}

interface Rule {
  verdict: Exclusion;
  negated: boolean;
  foldersOnly: boolean;
  /** Matches the path relative to the ignore file's folder if `paths` is set, otherwise the file name. */
  fits: Wildcard;
  paths: boolean;
}

/** Limits for all ignore files of a tree together. */
const MOST_RULES = 3_000;
const MOST_CHARACTERS = 100_000;
/** argo-bot refuses commits with paths over 1,000 bytes, so a useful pattern is not longer. */
const LONGEST_PATTERN = 1_024;
/** Limit of the steps that all patterns take for one path: about 20 ms. */
const MOST_STEPS = 100_000;

/** Thrown if the rules of a tree exceed a limit, which the message names. `file` is the ignore file. */
export class RulesTooSlow extends Error {
  readonly file: string;

  constructor(file: string, problem: string) {
    super(problem);
    this.file = file;
  }
}

/** As in gitignore, the deepest ignore file with a match decides, and in it the last matching line. */
export class IgnoreRules {
  /** The rules of each ignore file, which apply only below its folder (`below`). */
  readonly #files: { file: string; below: string; rules: Rule[] }[];
  #count = 0;
  #characters = 0;

  constructor() {
    const rules = DEFAULTS.flatMap(([why, ...patterns]) =>
      patterns.map((pattern) => readRule(pattern, { by: why, kind: 'default' })),
    );
    this.#files = [{ file: '', below: '', rules: rules.filter((rule) => rule !== undefined) }];
  }

  /** Adds an ignore file in `folder` ('' is the top). It overrides the files added before it, so add the top first. */
  addFile(folder: string, name: string, text: string): void {
    const file = folder === '' ? name : `${folder}/${name}`;
    const lines = text.replace(/^\uFEFF/, '').split('\n');
    const limit = (count: number, most: number, has: string, where = ''): void => {
      if (count > most) throw new RulesTooSlow(file, `${has} (limit ${most})${where}`);
    };
    this.#characters += text.length;
    this.#count += lines.length;
    const has = `brings all ignore files to ${this.#characters} characters`;
    limit(this.#characters, MOST_CHARACTERS, has);
    limit(this.#count, MOST_RULES, `brings the rules of all ignore files to ${this.#count} lines`);
    const rules = lines.map((line, index) => {
      const long = `has a line of ${line.length} characters`;
      limit(line.length, LONGEST_PATTERN, long, `: line ${index + 1}`);
      const pattern = withoutTrailingSpaces(line.replace(/\r$/, ''));
      if (line.startsWith('#')) return undefined;
      const by = `${file}:${index + 1} ${pattern.trimEnd()}`;
      return readRule(pattern, { by, kind: 'rule' });
    });
    this.#files.unshift({
      file,
      below: folder === '' ? '' : `${folder}/`,
      rules: rules.filter((rule) => rule !== undefined),
    });
  }

  /** Why `path` is excluded, if it is. A folder's path ends in `/`. Callers do not enter an excluded folder. */
  excludedBy(path: string): Exclusion | undefined {
    const isFolder = path.endsWith('/');
    const name = isFolder ? path.slice(0, -1) : path;
    const last = name.slice(name.lastIndexOf('/') + 1);
    const budget = { steps: MOST_STEPS };
    for (const { file, below, rules } of this.#files) {
      if (!name.startsWith(below)) continue;
      const inside = name.slice(below.length);
      const rule = rules.findLast(
        ({ foldersOnly, fits, paths }) =>
          (isFolder || !foldersOnly) && fits(paths ? inside : last, budget),
      );
      if (budget.steps < 0)
        throw new RulesTooSlow(
          file,
          `has patterns that take more than ${MOST_STEPS} steps for ${path.slice(0, 200)}`,
        );
      if (rule) return rule.negated ? undefined : rule.verdict;
    }
    return undefined;
  }
}

/** Removes trailing spaces, unless a backslash escapes them. */
function withoutTrailingSpaces(line: string): string {
  return /^(?:[^\\ ]|\\.| +(?! *$))*\\?/su.exec(line)?.[0] ?? '';
}

function readRule(pattern: string, verdict: Exclusion): Rule | undefined {
  const negated = pattern.startsWith('!');
  const bare = negated ? pattern.slice(1) : pattern;
  const foldersOnly = bare.endsWith('/');
  const rest = foldersOnly ? bare.slice(0, -1) : bare;
  if (rest === '') return undefined;
  // A pattern with a slash is relative to the ignore file's folder; without one it matches a name at any depth.
  const paths = rest.includes('/');
  const fits = wildcard(rest.replace(/^\//, ''), { paths });
  return { verdict, negated, foldersOnly, fits, paths };
}
