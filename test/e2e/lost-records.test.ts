import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { approvalCard, approve, ask, ending, inThread, told } from '../../sandbox/acts.ts';
import { commit } from '../../sandbox/engine/repository.ts';
import { deploys } from '../../sandbox/people.ts';
import { type Scene, startScene } from '../../sandbox/scene.ts';
import { readable } from '../../sandbox/transcript.ts';
import { connectRedis } from '../../src/redis/connection/connect.ts';
import { bootTimeoutMs, describeOnHosts } from '../sandbox/host/on-hosts.ts';

const quiet = { info: () => {}, warn: () => {}, error: () => {} };

describeOnHosts('a deployment whose record Redis loses while it waits for its approval', () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await startScene({ watch: { checks: 2, interval_seconds: 0.2 } });
  });
  afterAll(() => scene.stop());

  const on = async (script: string): Promise<string> =>
    (await scene.hosts[0]?.exec(script))?.stdout.trim() ?? '';
  const releases = async () => (await on('ls -A /opt/argo-trading/releases')).split('\n');
  const idle = () => on('readlink /opt/argo-trading/green; systemctl is-active argo-trading-green');
  const change = (name: string) =>
    commit(scene.repository, { message: name, files: { 'argo/change.json': `"${name}"\n` } });

  test(
    'is told in the channel, and the next one ends what it left running before it does anything else',
    async () => {
      const first = await ask(scene, 'ada', 'deploy');
      await approve(scene, first);
      expect(await ending(scene, first)).toMatch(/^✅/u);
      const [live = ''] = await releases();
      await change('lost');
      const lost = await ask(scene, 'ada', 'deploy');
      await approvalCard(scene, lost);
      const left = (await releases()).find((name) => name !== live) ?? '';
      expect(await idle()).toBe(`releases/${left}\nactive`);

      const redis = connectRedis(scene.redis.url, 'fail-fast', quiet);
      await redis.flushall();
      redis.disconnect();
      await scene.redis.restart();
      const said = await scene.workspace.waitFor(() => {
        const root = scene.workspace.messages(deploys).find(({ ts }) => ts === lost.ts);
        const text = root === undefined ? '' : readable(root);
        return text.includes('*interrupted*') ? text : undefined;
      });
      expect(said).toContain('no watch protects them');
      expect(await idle()).toBe(`releases/${left}\nactive`);

      expect(await told(scene, 'ben', 'unlock')).toContain('unlocked by');
      await change('next');
      const next = await ask(scene, 'ada', 'deploy');
      await inThread(scene, next, new RegExp(`${left} ran in green and never passed`));
      await approvalCard(scene, next);
      expect(await releases()).not.toContain(left);
      await told(scene, 'ada', 'cancel');
      expect(await ending(scene, next)).toMatch(/^⏹/u);
      expect(await idle()).toBe('inactive');
      expect(await releases()).toEqual([live]);
    },
    2 * bootTimeoutMs,
  );
});
