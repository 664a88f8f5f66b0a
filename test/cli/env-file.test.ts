import { spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { temporaryFolder } from '../source/repository.ts';

const cli = path.join(import.meta.dirname, '..', '..', 'src', 'argo-bot.js');

function argoBot(folder: string, ...user: string[]): string {
  const words = [...user, process.execPath, cli, 'bot'];
  const env = { PATH: process.env['PATH'] };
  return spawnSync('env', words, { cwd: folder, env, encoding: 'utf8', timeout: 10_000 }).stderr;
}

test('missing variables: the message names the .env that was read, or that there is none', () => {
  const folder = temporaryFolder();
  const file = path.join(folder, '.env');
  expect(argoBot(folder)).toContain(
    `Set these in the environment or in ${file}, which does not exist (.env.example of argo-bot shows all). Then repeat the command.`,
  );
  writeFileSync(file, 'SLACK_BOT_TOKEN=xoxb-1\n');
  const said = argoBot(folder);
  expect(said).toContain(`in ${file} (.env.example of argo-bot shows all).`);
  expect(said).not.toContain('SLACK_BOT_TOKEN');
});

(process.getuid?.() === 0 ? test : test.skip)(
  'a .env that the user may not read is named, and not passed over',
  () => {
    const folder = temporaryFolder();
    chmodSync(folder, 0o755);
    writeFileSync(path.join(folder, '.env'), 'SLACK_BOT_TOKEN=xoxb-1\n', { mode: 0o600 });
    const nobody = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'];
    expect(argoBot(folder, ...nobody)).toContain(
      `${path.join(folder, '.env')} does not count: the user nobody may not read it. Run argo-bot as its owner: ls -l ${path.join(folder, '.env')}\n`,
    );
  },
);
