import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { SourceSettings } from '../../../src/deploy/ports/ports.ts';
import { createSource } from '../../../src/source/tree/git-source.ts';
import { Repository, temporaryFolder, writeFiles } from '../repository.ts';

const signal = new AbortController().signal;

async function problemsOf(
  settings: SourceSettings,
  sha: string,
  required: string[],
  entry?: string,
) {
  const source = createSource({ dataDirectory: temporaryFolder() });
  if ('git' in settings) await source.resolve(settings, undefined, signal);
  const files = await source.files(settings, sha, signal);
  const limits = {
    encrypted: [],
    max_file_bytes: 1e6,
    max_release_bytes: 1e9,
    ignore_file: '.deployignore',
  };
  const { problems } = await files.discover({ required, entry, ...limits });
  return problems.map(({ path: name, problem, next }) => `${name} ${problem} | ${next}`);
}

function repository(): { repository: Repository; sha: string } {
  const made = new Repository();
  made.commit('Begin', {
    '.gitignore': '# ours\n*_cache.py\n',
    'app/main.py': 'x = 1\n',
    'app/core/old.py': 'x = 1\n',
  });
  made.git('rm', '--quiet', 'app/core/old.py');
  made.commit('Remove old');
  made.git('checkout', '--quiet', '-b', 'side');
  made.commit('Add on the side', { 'app/core/limiter.py': 'x = 1\n' });
  made.git('checkout', '--quiet', 'main');
  return { repository: made, sha: made.commit('Go on', { 'app/core/a.py': 'x = 1\n' }) };
}

const REQUIRED = ['core/old.py', 'core/limiter.py', 'core/adaptive_cache.py', 'mian.py'];

describe('a required file that is not there', () => {
  test('of a mirror: deleted, on another branch, in no commit, misspelt', async () => {
    const { repository: made, sha } = repository();
    const settings = { git: made.folder, branch: 'main', directory: 'app' };
    const head = sha.slice(0, 7);
    const at = (ref: string) => made.git('rev-parse', ref).slice(0, 7);
    expect(await problemsOf(settings, sha, REQUIRED)).toEqual([
      `core/adaptive_cache.py is required, but not in the commit ${head}, nor in any other on this repository's branches | Commit and push the file, or correct \`required:\` in argo.yml and restart argo-bot.`,
      `core/limiter.py is required, but not in ${head}. On another branch, ${at('side')} Add on the side (Ada) added it | Merge that commit, or deploy a branch that has it.`,
      `core/old.py is required, but was deleted by ${at('main~1')} Remove old (Ada) | Restore it with \`git checkout ${at('main~1')}~1 -- app/core/old.py\`, commit and push. Or remove it from \`required:\` in argo.yml and restart argo-bot.`,
      'mian.py is required, but not in the commit. Did you mean main.py? | Rename it with `git mv app/main.py app/mian.py`, commit and push. Or correct `required:` in argo.yml and restart argo-bot.',
    ]);
  });

  test('that was renamed names its new path, unless that is gone, too', async () => {
    const made = new Repository();
    const settings = { git: made.folder, branch: 'main', directory: 'app' };
    made.commit('Begin', { 'app/core/old.py': 'x = 1\ny = 2\n', 'app/core/new.py': 'a\n' });
    made.git('rm', '--quiet', 'app/core/new.py');
    made.git('mv', 'app/core/old.py', 'app/core/breaker.py');
    const renamed = made.commit('Rename').slice(0, 7);
    const sha = made.commit('Go on', { 'app/core/a.py': 'z = 1\n' });
    expect(await problemsOf(settings, sha, ['core/old.py'])).toEqual([
      `core/old.py is required, but was renamed to core/breaker.py by ${renamed} Rename (Ada) | Write core/breaker.py into \`required:\` in argo.yml and restart argo-bot, or rename it back with \`git mv app/core/breaker.py app/core/old.py\`, commit and push.`,
    ]);
    made.git('rm', '--quiet', 'app/core/breaker.py');
    const later = made.commit('Remove');
    expect(await problemsOf(settings, later, ['core/old.py'])).toEqual([
      expect.stringContaining(`core/old.py is required, but was deleted by ${renamed}`),
    ]);
  });

  test('that a commit emptied names that commit; the entry file is named as such', async () => {
    const made = new Repository();
    const settings = { git: made.folder, branch: 'main', directory: 'app' };
    made.commit('Begin', { 'app/a.py': 'x = 1\n', 'app/main.py': 'x = 1\n', 'app/b.py': '' });
    const emptied = made.commit('Merge', { 'app/a.py': '' }).slice(0, 7);
    made.git('rm', '--quiet', 'app/main.py');
    const sha = made.commit('Start elsewhere', { 'app/c.py': 'def start():\n    return 2\n' });
    const deleted = sha.slice(0, 7);
    const drop = 'remove it from `required:` in argo.yml and restart argo-bot.';
    const entry = 'set `entry` in argo.yml to the right file and restart argo-bot.';
    expect(await problemsOf(settings, sha, ['a.py', 'b.py'], 'main.py')).toEqual([
      `a.py is required, but ${emptied} Merge (Ada) emptied it | Restore it with \`git checkout ${emptied}~1 -- app/a.py\`, commit and push. Or ${drop}`,
      `b.py is required, but empty | Commit and push the file with its content, or ${drop}`,
      `main.py is the entry file, but was deleted by ${deleted} Start elsewhere (Ada) | Restore it with \`git checkout ${deleted}~1 -- app/main.py\`, commit and push. Or ${entry}`,
    ]);
  });

  test('of a work tree: left out by .gitignore, new, in a later commit', async () => {
    const { repository: made, sha } = repository();
    made.commit('Later', { 'app/core/later.py': 'x = 1\n' });
    writeFiles(path.join(made.folder, 'app/core'), { 'adaptive_cache.py': 'x = 1', 'new.py': 'x' });
    const settings = { path: made.folder, directory: 'app' };
    const required = ['core/adaptive_cache.py', 'core/later.py', 'core/new.py'];
    expect(await problemsOf(settings, sha, required)).toEqual([
      'core/adaptive_cache.py is required, but not committed, because git leaves it out by .gitignore:2 *_cache.py | Remove or narrow that rule, or `git add -f app/core/adaptive_cache.py`; commit and push.',
      `core/later.py is required, and in the work tree, but not in ${sha.slice(0, 7)} | Deploy a commit that has it.`,
      'core/new.py is required, but a new file that is not committed | Add it with `git add app/core/new.py`, commit and push.',
    ]);
  });
});
