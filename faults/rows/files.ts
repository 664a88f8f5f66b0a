import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { badCommits, commit } from '../../sandbox/engine/repository.ts';
import { commits, commitsBy } from '../breakages.ts';
import type { Fault } from '../fault.ts';

const stage = 'files';
const code = 'files-missing';

/** Incident 1, modules that were not deployed, and what else can be wrong with a tree of files. */
export const files: Fault[] = [
  {
    name: 'module-not-in-git',
    incident: 1,
    breaks: commits(badCommits.missingModule),
    stage,
    code,
    says: /argo\/core\/rate_limiter\.py is required, but was deleted by [0-9a-f]{7}/,
  },
  {
    name: 'module-dropped-by-a-rule',
    incident: 1,
    breaks: commits(badCommits.ignoredModule),
    stage,
    code,
    says: /argo\/core\/adaptive_cache\.py is required, but left out by \.deployignore:\d+/,
  },
  {
    name: 'module-dropped-by-its-folder',
    incident: 1,
    breaks: commits({
      message: 'Leave out what is generated',
      files: { 'argo/.deployignore': 'core/\n' },
    }),
    stage,
    code,
    says: /argo\/core\/circuit_breaker\.py is required, but left out by argo\/\.deployignore:1/,
  },
  {
    name: 'module-misspelt',
    incident: 1,
    given: { 'files.required': ['argo/core/order_router.py'] },
    async breaks({ scene: { repository } }) {
      const right = 'argo/core/order_router.py';
      const misspelt = 'argo/core/order_ruoter.py';
      const added = { [misspelt]: 'ROUTES = ("paper",)\n' };
      await commit(repository, { message: 'Route orders', files: added });
      return async () => {
        await repository.git('mv', misspelt, right);
        await commit(repository, { message: 'Correct a name' });
      };
    },
    stage,
    code,
    says: /argo\/core\/order_router\.py is required.*order_ruoter\.py/,
  },
  {
    name: 'module-renamed',
    incident: 1,
    breaks: commitsBy(({ scene: { repository } }) =>
      repository.git('mv', 'argo/core/circuit_breaker.py', 'argo/core/breaker.py'),
    ),
    stage,
    code,
    says: /argo\/core\/circuit_breaker\.py is required, but was renamed to argo\/core\/breaker\.py by [0-9a-f]{7}/,
  },
  {
    name: 'module-empty',
    incident: 1,
    breaks: commits({ message: 'Merge the limits', files: { 'argo/core/rate_limiter.py': '' } }),
    stage,
    code,
    says: /argo\/core\/rate_limiter\.py is required, but [0-9a-f]{7} .* emptied it/,
  },
  {
    name: 'link-that-leaves-the-tree',
    breaks: commitsBy(async ({ scene: { repository } }) => {
      await symlink('/etc/shadow', join(repository.dir, 'argo/secrets.json'));
      await repository.git('add', '--all');
    }),
    stage,
    code,
    says: /argo\/secrets\.json is a symbolic link to .*, outside the repository/,
  },
  {
    name: 'path-with-a-line-break',
    breaks: commits({ message: 'Add notes', files: { 'argo/new\nnotes.txt': 'one\n' } }),
    stage,
    code,
    says: /argo\/new\\nnotes\.txt has a line break or control character in its name/,
  },
  {
    name: 'file-too-large',
    given: { 'files.max_file_bytes': 200_000 },
    breaks: commits({
      message: 'Keep a day of ticks',
      files: { 'argo/ticks.csv': 'AAPL,1\n'.repeat(50_000) },
    }),
    stage,
    code,
    says: /argo\/ticks\.csv has .* \(limit .* for a file\)/,
  },
  {
    name: 'git-lfs-pointer',
    breaks: commits({
      message: 'Add the model',
      files: {
        'argo/model.bin': `version https://git-lfs.github.com/spec/v1\noid sha256:${'4d'.repeat(32)}\nsize 12345\n`,
      },
    }),
    stage,
    code,
    says: /argo\/model\.bin is a Git LFS pointer, not the file itself/,
  },
];
