import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { commits, commitsBy, declares, nothingYet } from '../breakages.ts';
import type { Fault } from '../fault.ts';

/** What is wrong before a file is looked at: refs, repositories, the team's own tests. */
export const source: Fault[] = [
  {
    name: 'ref-misspelt',
    words: 'deploy mian',
    breaks: nothingYet(),
    stage: 'source',
    code: 'unknown-ref',
    says: /There is no branch, tag or commit mian\. Did you mean main/,
  },
  {
    name: 'repository-gone',
    breaks: declares(({ scene }) => ({ 'source.git': join(scene.folder, 'moved') })),
    stage: 'source',
    code: 'source-unreachable',
    says: /moved/,
  },
  {
    name: 'tree-not-clean',
    incident: 5,
    given: ({ scene }) => ({ source: { path: scene.repository.dir } }),
    breaks: async ({ scene }) => {
      const file = join(scene.repository.dir, 'argo/core/hot_fix.py');
      await writeFile(file, 'FIXED = True\n');
      return () => rm(file);
    },
    stage: 'source',
    code: 'tree-not-clean',
    says: /new file not committed: argo\/core\/hot_fix\.py/,
  },
  {
    name: 'submodule',
    breaks: commitsBy(async ({ scene: { repository } }) => {
      const sha = (await repository.git('rev-parse', 'HEAD')).trim();
      await repository.git('update-index', '--add', '--cacheinfo', `160000,${sha},argo/vendor`);
    }),
    stage: 'source',
    code: 'submodules',
    says: /argo\/vendor is a git submodule; argo-bot does not fetch submodules/,
  },
  {
    name: 'tests-of-the-team-fail',
    given: {
      'checks.commands': [{ name: 'unit tests', run: ['grep', '-n', '^1[.]', 'VERSION'] }],
    },
    breaks: commits({ message: 'Begin the next version', files: { VERSION: 'two\n' } }),
    stage: 'checks',
    code: 'check-failed',
    says: /check "unit tests" failed/,
  },
];
