import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { inspectMachine } from '../../src/cli/doctor/doctor-ports.ts';
import { temporaryFolder } from '../source/repository.ts';

const root = path.join(import.meta.dirname, '..', '..');
const cli = path.join(root, 'src', 'argo-bot.js');

/** A user of every machine, who has no home. */
const nobody = 65_534;
let data: string;

beforeEach(() => {
  const folder = temporaryFolder();
  chmodSync(folder, 0o755);
  data = path.join(folder, 'data');
  mkdirSync(data);
  chownSync(data, nobody, nobody);
});

const tokens = {
  SLACK_BOT_TOKEN: 'xoxb-0123456789-0123456789-abcdefghij',
  SLACK_APP_TOKEN: 'xapp-1-0123456789-0123456789-abcdefghij',
};

function argoBot(command: string, as: 'root' | 'nobody') {
  const words = [process.execPath, cli, command];
  const user = ['--reuid', `${nobody}`, '--regid', `${nobody}`, '--clear-groups'];
  const [program = '', ...args] = as === 'root' ? words : ['setpriv', ...user, ...words];
  return spawnSync(program, args, {
    cwd: root,
    encoding: 'utf8',
    timeout: 10_000,
    env: { PATH: process.env['PATH'], ARGO_DATA: data, ARGO_CONFIG: 'argo.yml', ...tokens },
  });
}

(process.getuid?.() === 0 ? describe : describe.skip)('the data folder of another user', () => {
  test.each(['start', 'bot', 'worker'])(
    'root does not run argo-bot %s in it, and leaves nothing there',
    (command) => {
      const { status, stderr } = argoBot(command, 'root');
      expect(stderr).toBe(
        `${data} belongs to the user nobody. root must not start argo-bot there: nobody could not write the files that root makes.
Start the service: systemctl start argo-bot. Or type: runuser -u nobody -- env HOME=/nonexistent npm run argo-bot -- ${command}
`,
      );
      expect(status).toBe(1);
      expect(readdirSync(data)).toEqual([]);
    },
  );

  test.each(['redis', 'redis/password', 'redis/appendonlydir'])(
    'its user is told that root owns %s in it, and how to take it back',
    (name) => {
      for (const made of ['redis', 'redis/appendonlydir']) {
        mkdirSync(path.join(data, made), { mode: 0o700 });
        chownSync(path.join(data, made), nobody, nobody);
      }
      writeFileSync(path.join(data, 'redis/password'), 'a'.repeat(64), { mode: 0o600 });
      chownSync(path.join(data, 'redis/password'), nobody, nobody);
      chownSync(path.join(data, name), 0, 0);
      const { status, stderr } = argoBot('start', 'nobody');
      expect(stderr).toBe(
        `${path.join(data, name)} belongs to another user, so the user nobody cannot use it\nAs root: chown -R nobody ${data}\n`,
      );
      expect(status).toBe(1);
    },
  );

  test('the doctor finds a file of root in the repositories of the bot', async () => {
    const source = path.join(data, 'source');
    mkdirSync(source);
    chownSync(source, nobody, nobody);
    expect(await inspectMachine(data, []).data()).toMatchObject({ foreign: undefined });
    const file = path.join(source, 'FETCH_HEAD');
    writeFileSync(file, '');
    expect(await inspectMachine(data, []).data()).toMatchObject({ foreign: file });
  });
});
