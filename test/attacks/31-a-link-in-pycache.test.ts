// The attacker has the service (its user owns pycache, where Python writes compiled files) and puts a link there. When
// argo-bot tidies up as root, it must remove nothing outside of what that user could remove itself.
import { expect, test } from '@jest/globals';
import { onHost } from '../host/support/on-host.ts';
import { describeOnHosts } from '../sandbox/host/on-hosts.ts';

const root = '/opt/engine';
const compiled = `${root}/pycache${root}`;

describeOnHosts('a link in pycache', () => {
  const { run, on, sure } = onHost({
    given: {
      root,
      strategy: 'proxy',
      port_blue: 8001,
      port_green: 8002,
      unit_blue: 'engine-blue.service',
      unit_green: 'engine-green.service',
      upstream_file: '/etc/nginx/none.conf',
    },
    once: 'useradd --system engine',
    each: `rm -rf ${root} /srv/precious
mkdir -p /srv/precious/releases/r0 ${root}/releases/r1/.argo ${root}/pycache
echo keep >/srv/precious/releases/r0/file
chown engine: ${root}/pycache`,
  });
  const asEngine = (script: string) => sure(`runuser -u engine -- sh -c '${script}'`);
  const finish = () =>
    run('finish', {
      release: 'r1',
      verdict: 'good',
      keep: 1,
      old_unit: 'x.service',
      old_color: 'blue',
      old_slot: 'warm',
    });
  const kept = () => on('cat /srv/precious/releases/r0/file');
  /** Both remove what was compiled of a release: those that are gone, and the one that is called off. */
  const expectKept = async () => {
    await finish();
    expect(await kept()).toBe('keep');
    await run('cleanup', { release: 'r0', live_before: '' });
    expect(await kept()).toBe('keep');
  };

  test.each([
    [
      'the folder of releases',
      `mkdir -p ${root}/pycache/opt/engine; ln -s /srv/precious/releases ${compiled}/releases`,
    ],
    ['the folder of the root', `mkdir -p ${root}/pycache/opt; ln -s /srv/precious ${compiled}`],
    [
      'a single folder',
      `mkdir -p ${compiled}/releases; ln -s /srv/precious/releases/r0 ${compiled}/releases/r0`,
    ],
  ])('in the place of %s, finish and cleanup leave what it leads to', async (_, attack) => {
    await asEngine(attack);
    await expectKept();
  });

  test('a folder that root owns by now is not followed either', async () => {
    await asEngine(
      `mkdir -p ${root}/pycache/opt/engine; ln -s /srv/precious/releases ${compiled}/releases`,
    );
    await sure(`chown root: ${root}/pycache`);
    await expectKept();
  });

  test('what the service has compiled of a release that is gone still goes with it', async () => {
    await asEngine(
      `mkdir -p ${compiled}/releases/r0/core ${compiled}/releases/r1/core ${compiled}/venvs/old`,
    );
    await finish();
    expect(await on(`cd ${compiled}; ls -d releases/* venvs/* 2>/dev/null`)).toBe('releases/r1');
  });
});
