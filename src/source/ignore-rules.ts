import ignore from 'ignore';

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
  /** False for what is left out by default: no one wrote a rule for it. */
  written: boolean;
}

/** One ordered list of rules for the whole tree: as in git, the last that matches decides. */
export class IgnoreRules {
  // Linux hosts know `Tests/` from `tests/`, and so does git there.
  readonly #rules = ignore({ ignorecase: false });
  readonly #verdicts: Verdict[] = [];

  constructor() {
    for (const [why, ...patterns] of DEFAULTS) {
      for (const pattern of patterns) this.#add(pattern, { by: why, written: false });
    }
  }

  /**
   * Adds an ignore file found in `folder` ('' is the top). Deeper files are added later, so they win;
   * their patterns are rewritten to hold below their folder only, which is what git means by them.
   */
  addFile(folder: string, name: string, text: string): void {
    const file = folder === '' ? name : `${folder}/${name}`;
    const lines = text.replace(/^\uFEFF/, '').split('\n');
    for (const [index, line] of lines.entries()) {
      const pattern = line.replace(/\r$/, '');
      if (pattern.trim() === '' || pattern.startsWith('#')) continue;
      const by = `${file}:${index + 1} ${pattern.trimEnd()}`;
      this.#add(folder === '' ? pattern : below(folder, pattern), { by, written: true });
    }
  }

  /** What leaves this path out; directories end in `/`. Parents must have been asked before. */
  leavesOut(path: string): Verdict | undefined {
    const { ignored, rule } = this.#rules.test(path);
    if (!ignored) return undefined;
    return this.#verdicts[Number(rule?.mark)] ?? { by: 'an ignore rule', written: true };
  }

  #add(pattern: string, verdict: Verdict): void {
    this.#rules.add({ pattern, mark: String(this.#verdicts.length) });
    this.#verdicts.push(verdict);
  }
}

function below(folder: string, pattern: string): string {
  const negated = pattern.startsWith('!') ? '!' : '';
  const rule = pattern.slice(negated.length);
  const base = `/${folder.replace(/[\\*?[\]!#\s]/g, String.raw`\$&`)}`;
  // A slash before the last letter ties a pattern to its folder; without one it holds at any depth.
  const tied = rule.replace(/\s+$/, '').slice(0, -1).includes('/');
  return `${negated}${base}${tied ? '/' : '/**/'}${rule.replace(/^\//, '')}`;
}
