// The attacker can log in as the user of the bot, who may run only the runner as root. While the operator repeats
// `argo-bot host setup`, this user puts a link in place of ~/.ssh. Root must change nothing behind it.
import { expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { trustedFolder } from '../support/trusted-folder.ts';

const text = readFileSync(new URL('../../src/setup/install.sh', import.meta.url), 'utf8');
const part = (from: string, to: string) => text.slice(text.indexOf(from), text.indexOf(to));

test('root changes nothing behind a link that the user puts there after the folder was made', () => {
  const base = trustedFolder();
  const precious = join(base, 'precious');
  try {
    for (const folder of [precious, join(base, 'home')]) mkdirSync(folder);
    chmodSync(precious, 0o700);
    const { status, stderr } = spawnSync(
      'sh',
      [
        '-euc',
        `
${part('give_up() {', '[ "$(id -u)"')}${part('replace() {', 'declare_place() {')}${part('allow_key() {', 'finish_setup() {')}
told() { :; }
keys_file() { echo "$base/home/.ssh/authorized_keys"; }
mkdir() { command mkdir "$@"; mv "$base/home/.ssh" "$base/home/moved"; ln -s "$base/precious" "$base/home/.ssh"; }
allow_key`,
      ],
      {
        env: {
          PATH: process.env['PATH'],
          base,
          user: 'deploy',
          library: '/usr/local/lib/argo-bot',
          key: 'ssh-ed25519 AAAA',
        },
        encoding: 'utf8',
      },
    );
    expect(stderr).toContain(`${base}/home/.ssh is a link, which root does not follow`);
    expect([status, readdirSync(precious), statSync(precious).mode & 0o777]).toEqual([
      1,
      [],
      0o700,
    ]);
  } finally {
    rmSync(base, { recursive: true });
  }
});
