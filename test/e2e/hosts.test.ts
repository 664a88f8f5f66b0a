import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { approve, ask, ending, inThread, told } from '../../sandbox/acts.ts';
import { type Scene, startScene } from '../../sandbox/scene.ts';
import { startTraffic } from '../../sandbox/traffic.ts';
import { untilOnHost } from '../support/until.ts';
import { describeOnHosts } from '../sandbox/host/on-hosts.ts';

/** An nginx that takes everything but the switch: what is broken before is found by the checks before it. */
const refusesGreen = `cp -p /usr/sbin/nginx /usr/sbin/nginx-kept
cat >/usr/sbin/nginx-refusing <<'END'
#!/bin/sh
if grep -q 'green is live' /etc/nginx/conf.d/argo-trading-upstream.conf; then
  echo 'nginx: [emerg] refused on purpose' >&2
  exit 1
fi
exec /usr/sbin/nginx-kept "$@"
END
chmod 755 /usr/sbin/nginx-refusing
mv -T /usr/sbin/nginx-refusing /usr/sbin/nginx`;

describeOnHosts('an environment of two hosts', () => {
  let scene: Scene;

  const colours = async (): Promise<string[]> => {
    const answers = await Promise.all(
      scene.hosts.map((host) => host.exec('cat /opt/argo-trading/.current_color')),
    );
    return answers.map(({ stdout }) => stdout.trim());
  };

  beforeAll(async () => {
    scene = await startScene({
      hosts: 2,
      user: 'deploy',
      watch: { checks: 2, interval_seconds: 0.2 },
    });
  });
  afterAll(() => scene.stop());

  test('moves together, by a user with sudo', async () => {
    const root = await ask(scene, 'ada', 'deploy');
    await approve(scene, root);
    expect(await ending(scene, root)).toMatch(/^✅/u);
    expect(await colours()).toEqual(['blue', 'blue']);
  });

  test('goes back together when one of them cannot switch, and loses no request', async () => {
    const [first, second] = scene.hosts;
    await second?.exec(refusesGreen);
    const traffic = await startTraffic(`${first?.publicUrl}/api/v1/signals`, {
      perSecond: 100,
      maxSeconds: 120,
    });
    const root = await ask(scene, 'ada', 'deploy');
    await approve(scene, root);
    expect(await ending(scene, root)).toMatch(/^(?:↩|🚨)/u);
    await inThread(scene, root, /nginx refuses its configuration/);
    const { failed, sent } = await traffic.stop();
    expect({ failed, sent: sent > 0 }).toEqual({ failed: 0, sent: true });
    expect(await colours()).toEqual(['blue', 'blue']);
    await second?.exec('mv -T /usr/sbin/nginx-kept /usr/sbin/nginx');
    expect(await told(scene, 'ben', 'unlock')).toMatch(/unlocked by/);
  });

  test('is not touched when one of them cannot be reached', async () => {
    await scene.hosts[1]?.cutLink();
    const root = await ask(scene, 'ada', 'deploy');
    expect(await ending(scene, root)).toMatch(/^❌.*host-2/u);
    await scene.hosts[1]?.restoreLink();
    // A link that is up again takes a moment until SSH gets through.
    await untilOnHost(async () => (await colours())[1] !== '');
    expect(await colours()).toEqual(['blue', 'blue']);
  });
});
