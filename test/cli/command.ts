import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { compiled } from '../../sandbox/cache.ts';
import { temporaryFolder } from '../source/repository.ts';

const cli = path.join(import.meta.dirname, '..', '..', 'src', 'cli.ts');
const home = temporaryFolder();

/** What a developer has: no Slack, no Redis, a home of their own, and git. */
export const environment = {
  PATH: process.env['PATH'] ?? '',
  HOME: home,
  ...compiled,
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.com',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.com',
};

/** Runs argo-bot in a folder; answers its exit code and the lines it wrote. */
export function argoBot(cwd: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], {
    cwd,
    encoding: 'utf8',
    env: environment,
  });
  return { code: status, out: stdout.trim().split('\n'), err: stderr };
}
