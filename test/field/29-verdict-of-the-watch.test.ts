import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { approve, ask, ending, inThread, threadOf, told } from '../../sandbox/acts.ts';
import { commit } from '../../sandbox/engine/repository.ts';
import { lastJournal } from '../../sandbox/journal.ts';
import { transcript } from '../../sandbox/transcript.ts';
import { deploy, liveOn } from '../../faults/deploy.ts';
import { openWorld, type World } from '../../faults/world.ts';
import type { DeploymentEvent } from '../../src/deploy/record/events.ts';
import { JournalEvent } from '../../src/deploy/record/journal-event.ts';
import type { WatchCheck } from '../../src/deploy/record/watch-check.ts';
import { Claim } from '../../src/deploy/history/records.ts';
import { key, placeKey } from '../../src/redis/records/keys.ts';
import { describeOnHosts } from '../sandbox/host/on-hosts.ts';
import { untilOnHost } from '../support/until.ts';

const production = { environment: 'production' } as const;
const root = '/opt/argo-trading';

/** Whatever users ask for gets this answer, while the slots answer as before. */
const breakNginx = `sed -i 's/^\\( *\\)location \\/ {/\\1location \\/ { return 503;/' /etc/nginx/sites-enabled/* /etc/nginx/conf.d/*.conf
nginx -t -q && systemctl reload nginx`;
const mendNginx = `sed -i 's/ return 503;//' /etc/nginx/sites-enabled/* /etc/nginx/conf.d/*.conf
nginx -t -q && systemctl reload nginx`;

const checksOf = (events: DeploymentEvent[]): WatchCheck[] =>
  events.flatMap((event) => (event.type === 'checked' ? event.checks : []));

describeOnHosts('29: what the watch says, and what the host says', () => {
  let world: World;
  const releases: string[] = [];

  /** The events of the deployment that has the claim, which has not ended. */
  async function running(): Promise<DeploymentEvent[]> {
    const place = { service: 'argo-trading', ...production };
    const claim = await world.redis.get(placeKey('claim', place));
    if (claim === null) return [];
    const { deployment } = Claim.parse(JSON.parse(claim));
    const lines = await world.redis.lrange(key('journal', deployment), 0, -1);
    return lines.map((line) => JournalEvent.parse(JSON.parse(line)));
  }
  const journal = () => lastJournal(world.redis, 'production');
  const verdictOf = (release = '') =>
    world.onHost(`cat ${root}/releases/${release}/.argo/verdict`).then((text) => text.trim());

  /** Deploys a new commit, and does something to the host once its watch has made its first check. */
  async function watched(message: string, meanwhile: () => Promise<unknown>) {
    const { scene } = world;
    await commit(scene.repository, { message, files: { 'NOTES.md': message } });
    const asked = await ask(scene, 'ada', 'deploy');
    await approve(scene, asked);
    await untilOnHost(async () => checksOf(await running()).length > 0);
    await meanwhile();
    const line = await ending(scene, asked);
    const { release } = await liveOn(world, production);
    const events = await journal();
    return { asked, line, release, events, thread: transcript(threadOf(scene, asked)) };
  }

  beforeAll(async () => {
    world = await openWorld({
      // A busy machine takes seconds to start the service again.
      watch: { checks: 24, interval_seconds: 0.5, unavailable_for: 14 },
    });
    expect((await deploy(world)).line).toMatch(/^✅/u);
    releases.push((await liveOn(world, production)).release);
    expect(await verdictOf(releases[0])).toBe('good');
  });
  afterAll(() => world?.stop());

  test('a release that was killed once is live, but unhealthy; the restart counts once', async () => {
    const { line, release, thread, events } = await watched('Refresh signals', async () => {
      const { slot } = await liveOn(world, production);
      await world.onHost(`systemctl kill -s KILL argo-trading-${slot}`);
    });
    releases.push(release);
    expect(line).toMatch(/^⚠️.*live, but unhealthy/u);
    expect(thread).toMatch(/live, but unhealthy\..*Refresh signals.*restarted once/u);
    expect(thread).toContain('Later rollbacks will not return to this release.');
    expect(thread).not.toContain('live and healthy');
    expect(await verdictOf(release)).toBe('unhealthy');
    const checks = checksOf(events);
    const found = checks.findIndex(({ restarts }) => restarts === 1);
    expect(checks[found]?.state).not.toBe('healthy');
    // Once it answers again, each check is judged by its own health.
    const later = checks.slice(found + 1).map(({ state }) => state);
    expect(later).toContain('healthy');
    expect(new Set(later.slice(later.indexOf('healthy')))).toEqual(new Set(['healthy']));
    expect(checks.filter(({ state }) => state === 'degraded').length).toBeLessThanOrEqual(1);
    expect(checks.at(-1)).toMatchObject({ state: 'healthy', restarts: 1 });
    expect(await told(world.scene, 'ada', 'status')).toContain('unhealthy');
    expect(await told(world.scene, 'ada', 'history')).toContain('deployed, but unhealthy');
  });

  test('a good release after it is good, and the way back leads past the unhealthy one', async () => {
    const { line, release } = await watched('Say so', () => Promise.resolve());
    expect(line).toMatch(/^✅/u);
    releases.push(release);
    const { scene } = world;
    const [good, unhealthy] = releases;
    const refused = await ask(scene, 'ada', `rollback ${unhealthy} users see errors`);
    await ending(scene, refused);
    expect(transcript(threadOf(scene, refused))).toContain('was unhealthy in its watch');
    await ending(scene, await ask(scene, 'ada', 'rollback users see errors'));
    expect((await liveOn(world, production)).release).toBe(good);
    await told(scene, 'ben', 'unlock');
  });

  test('a public address that breaks in the watch is noticed, named, and taken back', async () => {
    const before = await liveOn(world, production);
    const { line, thread, asked } = await watched('Serve from the cache', async () => {
      await world.onHost(breakNginx);
      await untilOnHost(async () =>
        (await running()).some(({ type }) => type === 'rollback-requested'),
      );
      await world.onHost(mendNginx);
    });
    expect(line).toMatch(
      /^↩.*14 checks in a row failed \(limit 14\)\. On host-1, the public address answers HTTP 503/u,
    );
    expect(thread).toContain('the public address answers HTTP 503');
    expect(thread).toMatch(/Users may have seen errors for about \d+ s/u);
    await inThread(world.scene, asked, /although the service itself answers/i);
    expect((await liveOn(world, production)).release).toBe(before.release);
    await told(world.scene, 'ben', 'unlock');
  });

  test('a proxy that is down is no reason to go back, and no good watch', async () => {
    const { line, release, thread } = await watched('Serve more from the cache', async () => {
      await world.onHost('systemctl stop nginx');
      await untilOnHost(async () => (await running()).some(({ type }) => type === 'alerted'));
      await world.onHost('systemctl start nginx');
    });
    expect(line).toMatch(/^⚠️.*live, but unhealthy/u);
    expect(thread).toContain('A rollback would not help, because the proxy is down');
    expect(thread).toContain('`sudo nginx -t` on host-1');
    expect(await verdictOf(release)).toBe('unhealthy');
  });
});
