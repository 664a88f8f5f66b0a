import { badCommits } from '../../sandbox/engine/repository.ts';
import { commits, commitsBy } from '../breakages.ts';
import type { Fault } from '../fault.ts';

/** Incident 1, modules that were not deployed, and what else can be wrong with a tree of files. */
export const files: Fault[] = [
  {
    name: 'module-not-in-git',
    incident: 1,
    breaks: commits(badCommits.missingModule),
    stage: 'files',
    code: 'files-missing',
    says: /argo\/core\/rate_limiter\.py: is required, but not in the commit/,
  },
  {
    name: 'module-dropped-by-a-rule',
    incident: 1,
    breaks: commits(badCommits.ignoredModule),
    stage: 'files',
    code: 'files-missing',
    says: /argo\/core\/adaptive_cache\.py: is required, but left out by \.deployignore:\d+/,
  },
  {
    name: 'module-dropped-by-its-folder',
    incident: 1,
    breaks: commits({
      message: 'Leave out what is generated',
      files: { 'argo/.deployignore': 'core/\n' },
    }),
    stage: 'files',
    code: 'files-missing',
    says: /argo\/core\/circuit_breaker\.py: is required, but left out by argo\/\.deployignore:1/,
  },
  {
    name: 'module-misspelt',
    incident: 1,
    breaks: commitsBy(async ({ scene: { repository } }) => {
      await repository.git('mv', 'argo/core/circuit_breaker.py', 'argo/core/circuit_braker.py');
    }),
    stage: 'files',
    code: 'files-missing',
    says: /circuit_breaker\.py.*did you mean.*circuit_braker\.py/,
  },
  {
    name: 'link-that-leaves-the-tree',
    breaks: commitsBy(async ({ scene: { repository } }) => {
      await link(repository.dir, 'argo/secrets.json', '/etc/shadow');
      await repository.git('add', '--all');
    }),
    stage: 'files',
    code: 'files-missing',
    says: /argo\/secrets\.json: is a link that leaves the tree/,
  },
];

async function link(dir: string, path: string, target: string): Promise<void> {
  const { symlink } = await import('node:fs/promises');
  await symlink(target, `${dir}/${path}`);
}
