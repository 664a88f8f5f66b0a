import { wildcard } from './wildcard.ts';
import type { Wildcard } from './wildcard.ts';

/** Never part of a release; a `!pattern` in the ignore file brings one back. */
const DEFAULTS: readonly [why: string, ...patterns: string[]][] = [
  ['tests are left out by default', 'tests/', 'test_*.py', '*_test.py'],
  ['Python caches are left out by default', '__pycache__/', '*.pyc'],
  ['git files are left out by default', '.git'],
  ['virtual environments are made on the host', '.venv', 'venv/'],
  ['node_modules is left out by default', 'node_modules/'],
  ['Finder files are left out by default', '.DS_Store'],
  ['logs are left out by default', '*.log'],
];

export interface Verdict {
  /** `.deployignore:3 *.log`, or why it is left out by default. */
  by: string;
  /** A line of an ignore file, a default of ours, or that git does not have the file. */
  kind: 'rule' | 'default' | 'untracked';
}

interface Rule {
  verdict: Verdict;
  negated: boolean;
  foldersOnly: boolean;
  /** Asked the path below the folder of its ignore file, or the last name alone. */
  fits: Wildcard;
  paths: boolean;
}

/** More rules than this in all ignore files of a tree are no list that a person keeps. */
const MOST_RULES = 3_000;
/** No path that git takes is longer; what is longer fits nothing. */
const LONGEST_PATTERN = 1_024;
/** Of all ignore files together. */
const MOST_CHARACTERS = 100_000;
/** Steps of all patterns for one path: some twenty milliseconds. */
const MOST_STEPS = 100_000;

/** Why the rules of a tree are not followed to their end: which file, which limit. */
export class RulesTooSlow extends Error {
  readonly file: string;

  constructor(file: string, problem: string) {
    super(problem);
    this.file = file;
  }
}

/** The rules of one ignore file, which hold below its folder. */
interface RuleFile {
  file: string;
  below: string;
  rules: Rule[];
}

/** gitignore's rules: the deepest file that has a word on a path decides, and in it the last line that fits. */
export class IgnoreRules {
  readonly #files: RuleFile[];
  #count = 0;
  #characters = 0;

  constructor() {
    const rules = DEFAULTS.flatMap(([why, ...patterns]) =>
      patterns.map((pattern) => readRule(pattern, { by: why, kind: 'default' })),
    );
    this.#files = [{ file: '', below: '', rules: rules.filter((rule) => rule !== undefined) }];
  }

  /** Adds an ignore file found in `folder` ('' is the top); files above must have been added before. */
  addFile(folder: string, name: string, text: string): void {
    const file = folder === '' ? name : `${folder}/${name}`;
    const lines = text.replace(/^\uFEFF/, '').split('\n');
    this.#characters += text.length;
    if (this.#characters > MOST_CHARACTERS)
      throw new RulesTooSlow(
        file,
        `brings all ignore files to ${this.#characters} characters (limit ${MOST_CHARACTERS})`,
      );
    this.#count += lines.length;
    if (this.#count > MOST_RULES)
      throw new RulesTooSlow(
        file,
        `brings the rules of all ignore files to ${this.#count} lines (limit ${MOST_RULES})`,
      );
    const rules = lines.map((line, index) => {
      if (line.length > LONGEST_PATTERN)
        throw new RulesTooSlow(
          file,
          `has a line of ${line.length} characters (limit ${LONGEST_PATTERN}): line ${index + 1}`,
        );
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

  /** What leaves this path out; directories end in `/`. Parents must have been asked before. */
  leavesOut(path: string): Verdict | undefined {
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

/** Spaces at the end count only behind a backslash. */
function withoutTrailingSpaces(line: string): string {
  return /^(?:[^\\ ]|\\.| +(?! *$))*\\?/su.exec(line)?.[0] ?? '';
}

function readRule(pattern: string, verdict: Verdict): Rule | undefined {
  const negated = pattern.startsWith('!');
  const bare = negated ? pattern.slice(1) : pattern;
  const foldersOnly = bare.endsWith('/');
  const rest = foldersOnly ? bare.slice(0, -1) : bare;
  if (rest === '') return undefined;
  // A slash before its end ties a pattern to its folder; without one it holds for a name at any depth.
  const paths = rest.includes('/');
  const fits = wildcard(rest.replace(/^\//, ''), { paths });
  return { verdict, negated, foldersOnly, fits, paths };
}
