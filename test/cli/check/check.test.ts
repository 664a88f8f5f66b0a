import { rmSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parseDocument } from 'yaml';
import { readFileSync } from 'node:fs';
import { Repository, temporaryFolder, writeFiles } from '../../source/repository.ts';
import { argoBot } from '../command.ts';

const UNBOUND = 'def f(a):\n    if a:\n        x = 1\n    return x\n';
const CLEAN = 'x = 1\n';

/** The example of this repository, for the clone at hand. */
function argoYml(source: Record<string, string>, rest: Record<string, unknown> = {}): string {
  const document = parseDocument(readFileSync('argo.yml', 'utf8'));
  const service = ['services', 'argo-trading'];
  document.setIn([...service, 'source'], source);
  document.setIn([...service, 'files'], { required: ['main.py', 'core/adaptive_cache.py'] });
  for (const [key, value] of Object.entries(rest)) document.setIn([...service, key], value);
  return document.toString();
}

describe('argo-bot check', () => {
  test('without argo.yml: Python and files, each finding on a line, from the folder one stands in', () => {
    const repository = new Repository();
    repository.commit('Begin', { 'app/bad.py': UNBOUND, 'app/ok.py': CLEAN, 'out → /etc': '' });
    writeFiles(repository.folder, { 'app/new.py': 'import (' });
    const { code, out } = argoBot(path.join(repository.folder, 'app'), 'check');
    expect(out).toEqual([
      '../out: is a symbolic link to /etc, outside the repository. Remove the link (`git rm out`), or add the line `/out` to .deployignore; commit and push. If the service needs the file, commit the file itself.',
      expect.stringMatching(
        /^bad\.py:4:12 possibly-unbound x is assigned only in some branches of the if of line 2, /,
      ),
      'files: 1 new files are not committed: app/new.py',
      'no argo.yml here: files and Python with the defaults; files: 2 files, 2 left out, 2 Python files',
      '2 findings: the bot would refuse this.',
    ]);
    expect(code).toBe(1);
  });

  test('with argo.yml: required files by why they are missing, the config by its rules', () => {
    const repository = new Repository();
    repository.git('remote', 'add', 'origin', 'git@git.example.com:team/argo.git');
    repository.commit('Begin', {
      'argo.yml': argoYml(
        { git: 'https://git.example.com/team/argo', directory: 'argo' },
        { config: { file: 'config.json', rules: [{ key: 'api.key', length: 32 }] } },
      ),
      '.gitignore': '*_cache.py\n',
      'argo/main.py': '',
      'argo/requirements.txt': '',
      'argo/config.json': '{"api": {"key": "0123456789abcdef0123456789abcde"}}',
    });
    writeFiles(repository.folder, { 'argo/core/adaptive_cache.py': CLEAN });
    const { code, out } = argoBot(repository.folder, 'check', '--env', 'production');
    expect(out).toEqual([
      'argo/core/adaptive_cache.py: is required, but not committed, because git leaves it out by .gitignore:1 *_cache.py. Remove or narrow that rule, or `git add -f argo/core/adaptive_cache.py`; commit and push.',
      'argo/main.py: is required, but empty. Commit and push the file with its content, or remove it from `required:` in argo.yml and restart argo-bot.',
      'api.key in config.json has 31 characters, expected 32',
      'argo.yml; argo-trading: 3 files, 1 left out, 1 Python files; argo-trading, config config.json: 1 values',
      '3 findings: the bot would refuse this.',
    ]);
    expect(code).toBe(1);
    repository.git('add', '--force', 'argo/core/adaptive_cache.py');
    const key = '0123456789abcdef0123456789abcdef';
    writeFiles(repository.folder, {
      'argo/main.py': CLEAN,
      'argo/config.json': JSON.stringify({ api: { key } }),
    });
    const mended = argoBot(repository.folder, 'check');
    expect(mended.out.at(-1)).toBe('Nothing found.');
    expect(mended.code).toBe(0);
  });

  test('--staged looks at the index and not at the folder, and at changed Python only', () => {
    const repository = new Repository();
    repository.commit('Begin', { 'old.py': UNBOUND, 'a.py': CLEAN, 'b.py': CLEAN });
    writeFiles(repository.folder, { 'a.py': UNBOUND });
    repository.git('add', 'a.py');
    writeFiles(repository.folder, { 'a.py': CLEAN, 'b.py': UNBOUND });
    const { code, out } = argoBot(repository.folder, 'check', '--staged');
    expect(out.slice(0, -2)).toEqual([expect.stringMatching(/^a\.py:4:12 possibly-unbound/)]);
    expect(code).toBe(1);
    rmSync(path.join(repository.folder, 'b.py'));
    repository.git('add', 'a.py');
    expect(argoBot(repository.folder, 'check', '--staged').code).toBe(0);
  });

  test('--list says what is left out and why', () => {
    const folder = temporaryFolder();
    writeFiles(folder, {
      '.deployignore': 'data/\n',
      'data/a': '',
      'tests/a.py': '',
      'a.py': CLEAN,
    });
    expect(argoBot(folder, 'check', '--list').out.slice(0, 2)).toEqual([
      'files: left out: data (.deployignore:1 data/)',
      'files: left out: tests (tests are left out by default)',
    ]);
  });

  test('a repository that is another one is not looked at; a broken argo.yml is said', () => {
    const repository = new Repository();
    repository.git('remote', 'add', 'origin', 'https://git.example.com/team/other.git');
    const source = { git: 'https://git.example.com/team/argo.git', directory: '.' };
    writeFiles(repository.folder, { 'argo.yml': argoYml(source), 'bad.py': UNBOUND });
    const other = argoBot(repository.folder, 'check');
    expect(other.out.at(-1)).toMatch(
      /^argo\.yml has no mistake, but no files were checked: .*its repository is not this folder/,
    );
    expect(other.code).toBe(2);
    expect(argoBot(repository.folder, 'check', '--service', 'argo-trading').code).toBe(1);
    expect(argoBot(repository.folder, 'check', '--service', 'argo').code).toBe(2);
    expect(argoBot(repository.folder, 'check', '--config', 'nowhere.yml').code).toBe(2);
    writeFiles(repository.folder, { 'argo.yml': 'services: {}\n' });
    const broken = argoBot(repository.folder, 'check');
    expect(broken.err).toContain('argo.yml has a mistake:');
    expect(broken.code).toBe(1);
    expect(argoBot(temporaryFolder(), 'check', '--staged').code).toBe(2);
  });
});
