// What status, Home, channel and thread say agrees with nginx, systemd and the host, at every stage.
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { deploy, type Deployed } from '../../faults/deploy.ts';
import { openWorld, single, type World } from '../../faults/world.ts';
import { approvalCard, ask, approve, ending, threadOf, told } from '../../sandbox/acts.ts';
import { commit } from '../../sandbox/engine/repository.ts';
import { transcript } from '../../sandbox/transcript.ts';
import { askBoth, endContradicts } from '../../sandbox/truth/contradictions.ts';
import { production, type Spot, truthOf } from '../../sandbox/truth/host-truth.ts';
import { type Heard, listenAlong } from '../../sandbox/truth/listen-along.ts';
import type { Message } from '../../sandbox/workspace/model.ts';
import { placeKey } from '../../src/redis/records/keys.ts';
import { describeOnHosts } from '../sandbox/host/on-hosts.ts';
import { until } from '../support/until.ts';

const oneUnit: Spot = {
  environment: 'single',
  root: single.root,
  by: { unit: single.unit_name, port: single.port },
};

/** Slack’s own pace, and a unit that takes its time to stop. */
const LAST_MS = 60_000;

/** Each release that was said to be live, in order. */
function releasesIn({ said }: Heard): string[] {
  const names = said
    .filter((words) => words !== 'moving')
    .map((words) => words.split(',')[0] ?? '');
  return names.filter((name, index) => name !== names[index - 1]);
}

describeOnHosts('what the bot says while it deploys', () => {
  let world: World;

  beforeAll(async () => {
    world = await openWorld({
      watch: { checks: 30, interval_seconds: 0.4 },
      variants: () => Promise.resolve({ single }),
    });
  });
  afterAll(() => world.stop());

  let count = 0;
  const change = (behaviour = {}) => {
    count += 1;
    const files = { 'behaviour.json': JSON.stringify(behaviour), 'argo/n.json': `${count}\n` };
    return commit(world.scene.repository, { message: `Change ${count}`, files });
  };
  const channelLine = (root: Message) => transcript(threadOf(world.scene, root).slice(0, 1));
  const truth = (spot: Spot) => truthOf(world.host, spot);

  /** Everything that was said meanwhile, and after it what stands in channel and thread. */
  async function heardDuring(
    spot: Spot,
    act: (heard: Heard) => Promise<Pick<Deployed, 'root'>>,
  ): Promise<Heard & { line: string }> {
    const before = (await truth(spot)).live;
    const along = await listenAlong(world.scene, spot);
    const { root } = await act(along.heard);
    const line = await ending(world.scene, root);
    const heard = await along.stop();
    const { environment } = spot;
    const lock = placeKey('lock', { service: 'argo-trading', environment });
    // The last messages are painted a moment after the line, and the old slot ends by itself.
    let last: string[] = [];
    for (const late = Date.now() + LAST_MS; ;) {
      const thread = transcript(threadOf(world.scene, root).slice(1));
      const locked = (await world.redis.exists(lock)) === 1;
      last = endContradicts({ line, thread, before, locked }, await truth(spot));
      if (last.length === 0 || Date.now() > late) break;
      await pause(200);
    }
    return { ...heard, wrong: [...heard.wrong, ...last], line };
  }

  const deployed = (spot: Spot) =>
    heardDuring(spot, () => deploy(world, { environment: spot.environment }));
  /** A request that is no health check, after which a bad release shows what it is. */
  const request = (spot: Spot) =>
    world.onHost(
      `python3 -c 'import urllib.request as u; u.urlopen("${spot.by.unit === undefined ? 'http://127.0.0.1' : `http://127.0.0.1:${spot.by.port}`}/api/v1/signals")' 2>/dev/null || true`,
    );
  const turnsBad = (spot: Spot) =>
    heardDuring(spot, async ({ said }) => {
      const root = await ask(world.scene, 'ada', `deploy --env ${spot.environment}`);
      await approve(world.scene, root);
      await until(() => said.at(-1)?.endsWith(', watched'));
      await request(spot);
      return { root };
    });
  const unlock = (spot: Spot) => told(world.scene, 'ben', `unlock --env ${spot.environment}`);

  const stages = async (spot: Spot) => {
    await change();
    const first = await deployed(spot);
    const { live: one } = await truth(spot);
    expect(first).toMatchObject({ line: expect.stringMatching(/^✅/u), wrong: [] });
    expect(first.said.at(-1)).toBe(one);

    await change();
    const second = await deployed(spot);
    const { live: two } = await truth(spot);
    expect(second.wrong).toEqual([]);
    expect(two).not.toBe(one);
    // First the old one, then the new one as soon as users are on it, and with the same time to the end.
    expect(releasesIn(second)).toEqual([one, two]);
    expect(second.said).toContain(`${two}, watched`);
    expect(second.since.get(two ?? '')?.size).toBe(1);

    await change({ after: 'traffic', unhealthyAfterSeconds: 0.1 });
    const bad = await turnsBad(spot);
    expect(bad).toMatchObject({ line: expect.stringMatching(/^↩/u), wrong: [] });
    expect((await truth(spot)).live).toBe(two);
    expect(bad.said.some((words) => words !== two && words.includes(', watched'))).toBe(true);
    // It left this release and came back to it: two times, the second one that of the way back.
    expect(bad.since.get(two ?? '')?.size).toBe(2);
    await unlock(spot);
    return { one, two };
  };

  test('status and Home name the release that users are on, with a proxy', async () => {
    const { one, two } = await stages(production);

    const byHand = await heardDuring(production, async () => ({
      root: await ask(world.scene, 'ada', 'rollback users see errors --env production'),
    }));
    expect(byHand.wrong).toEqual([]);
    expect(releasesIn(byHand)).toEqual([two, one]);
    await unlock(production);

    const again = await heardDuring(production, () =>
      deploy(world, { words: 'restart', environment: 'production' }),
    );
    expect(again.wrong).toEqual([]);
    // The same release all the time, live since the same moment.
    expect(again.since.get(one ?? '')?.size).toBe(1);
  });

  test('and with one unit that is restarted', async () => {
    await stages(oneUnit);
  });

  test('at the approval nothing has moved, and what waits says since when', async () => {
    await change();
    const { live } = await truth(production);
    const root = await ask(world.scene, 'ada', 'deploy --env production');
    await approvalCard(world.scene, root);
    const { said, wrong } = await askBoth(world.scene, production);
    expect(wrong).toEqual([]);
    expect(said).toMatchObject([{ release: live, watched: undefined }, { release: live }]);
    await until(() => channelLine(root).includes('waiting for approval'));
    expect(channelLine(root)).toMatch(/waiting for approval by .* · since <!date\^\d+\^/);
    await approve(world.scene, root);
    expect(await ending(world.scene, root)).toMatch(/^✅/u);
  });
});
