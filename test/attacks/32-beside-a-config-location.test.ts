// The attacker has the service, whose user can write to the folder of a config location, and puts links there under the
// names that argo-bot writes to as root. Root must not write there at all: a check beforehand would lose the race.
import { expect, test } from '@jest/globals';
import { onHost, put } from '../host/support/on-host.ts';
import { describeOnHosts } from '../sandbox/host/on-hosts.ts';

const root = '/opt/engine';
const location = '/srv/legacy/config.json';

describeOnHosts('links beside a config location', () => {
  const { run, on, sure } = onHost({
    given: {
      root,
      strategy: 'restart',
      upstream_file: '',
      user: 'engine',
      config: 'config.json',
      locations: location,
      required: 'yes',
    },
    once: 'useradd --system engine',
    each: `rm -rf ${root} /srv/legacy /etc/precious
echo keep >/etc/precious; chmod 600 /etc/precious
${put(`${root}/releases/r1/config.json`, '{"n": 1}\n')}
${put(`${root}/releases/r2/config.json`, '{"n": 2}\n')}
install -d -o engine /srv/legacy`,
  });
  const precious = () => on('cat /etc/precious; stat -c "%U %a" /etc/precious');

  test('they are never followed, and the location is refused before anything moves', async () => {
    const seen = await run('look-config');
    expect(seen.values('refused')).toEqual([
      `${location} is below /srv/legacy, which others than root can change: chown root /srv/legacy && chmod go-w /srv/legacy`,
    ]);
    await sure(`cat >/root/race.sh <<'END_RACE'
while :; do for name in config.json config.json.argo-new config.json.argo-previous; do ln -sfn /etc/precious /srv/legacy/$name; done; done
END_RACE
chmod 755 /root; setsid -f runuser -u engine -- timeout 20 sh -c "$(cat /root/race.sh)" >/dev/null 2>&1`);
    for (let times = 0; times < 5; times++) {
      const written = await run('sync-config', { release: times % 2 ? 'r1' : 'r2' });
      expect(written.values('written')).toEqual([]);
      await run('restore-config');
    }
    await sure(`pkill -u engine; true`);
    expect(await precious()).toBe('keep\nroot 600');
  });

  test('once the folder is root’s, the config is written for the user of the service', async () => {
    await sure('chown root /srv/legacy && chmod go-w /srv/legacy');
    expect((await run('look-config')).values('refused')).toEqual([]);
    expect((await run('sync-config', { release: 'r1' })).values('written')).toEqual([location]);
    expect(await on(`cat ${location}; stat -c '%U %a' ${location}`)).toBe('{"n": 1}\nengine 600');
  });
});
