import { describe, expect, test } from '@jest/globals';
import type { Slot } from '../../src/deploy/events.ts';
import type { Observation } from '../../src/deploy/observe.ts';
import { chooseReturn } from '../../src/deploy/rollback-target.ts';
import { claim } from '../../src/deploy/stages/claim.ts';
import { returnSlot } from '../../src/deploy/stages/return-slot.ts';
import { createMemoryWorld } from '../support/memory-ports.ts';
import { request, stageContext } from '../support/stage-context.ts';

const OLD = '20261101-090000-aaaaaaa';
const MID = '20261110-090000-bbbbbbb';
const NEW = '20261120-090000-ccccccc';

interface Host {
  kept: Record<string, 'good' | 'bad' | 'none'>;
  live?: Slot;
  liveRelease?: string;
}

function seen({ kept, live = 'green', liveRelease = NEW }: Host): Observation {
  return {
    facts: { live, liveRelease, slots: {}, freeMb: 1 },
    releases: Object.entries(kept).map(([name, verdict]) => ({ name, verdict })),
    liveCommit: undefined,
    proxied: [],
    fingerprints: {},
    warnings: [],
  };
}

const back = (hosts: Host[], ref?: string) =>
  chooseReturn(
    request({ kind: 'rollback', ref }),
    Object.fromEntries(hosts.map((host, index) => [`host-${index + 1}`, seen(host)])),
  );

const all = { [OLD]: 'good', [MID]: 'good', [NEW]: 'good' } as const;

describe('where a rollback by hand goes', () => {
  test.each<[string, Host[], string | undefined, string]>([
    ['to the newest good release that is not live', [{ kept: all }], undefined, MID],
    ['past a bad one', [{ kept: { ...all, [MID]: 'bad' } }], undefined, OLD],
    ['past one that nobody judged', [{ kept: { ...all, [MID]: 'none' } }], undefined, OLD],
    ['to the one that is named', [{ kept: all }], OLD, OLD],
    [
      'to what every host has kept',
      [{ kept: all }, { kept: { [OLD]: 'good', [NEW]: 'good' } }],
      undefined,
      OLD,
    ],
    [
      'past one that is bad on another host',
      [{ kept: all }, { kept: { ...all, [MID]: 'bad' } }],
      undefined,
      OLD,
    ],
    [
      'to a good release rather than to what was there before argo-bot',
      [{ kept: { ...all, 'adopted-blue': 'none' } }],
      undefined,
      MID,
    ],
    [
      'to what was there before argo-bot, when there is nothing else',
      [{ kept: { [NEW]: 'good', 'adopted-blue': 'none' } }],
      undefined,
      'adopted-blue',
    ],
  ])('is %s', (_name, hosts, ref, release) => {
    expect(back(hosts, ref)).toEqual({ release, slot: 'blue' });
  });

  test('is the good release that some hosts are on already, when they disagree', () => {
    const kept = { [OLD]: 'good', [NEW]: 'none' } as const;
    const hosts: Host[] = [
      { kept, live: 'green', liveRelease: NEW },
      { kept, live: 'blue', liveRelease: OLD },
    ];
    expect(back(hosts)).toEqual({ release: OLD, slot: 'blue' });
    expect(back(hosts.toReversed())).toEqual({ release: OLD, slot: 'blue' });
  });

  test('is nowhere when every slot is live somewhere with something else', () => {
    const hosts: Host[] = [
      { kept: all, live: 'green', liveRelease: NEW },
      { kept: all, live: 'blue', liveRelease: OLD },
    ];
    expect(() => back(hosts, MID)).toThrow(
      expect.objectContaining({ code: 'no-release-to-return-to' }),
    );
  });

  test.each<[string, Host[], string | undefined, string]>([
    ['there is none', [{ kept: { [NEW]: 'good' } }], undefined, 'no-release-to-return-to'],
    ['no host has it', [{ kept: all }], '20250101-000000-fffffff', 'no-release-to-return-to'],
    ['the named one is bad', [{ kept: { ...all, [MID]: 'bad' } }], MID, 'no-release-to-return-to'],
    ['the named one is live', [{ kept: all }], NEW, 'already-live'],
  ])('is nowhere when %s', (_name, hosts, ref, code) => {
    expect(() => back(hosts, ref)).toThrow(expect.objectContaining({ code }));
  });

  test('offers what there is, when the named one is not', () => {
    expect(() => back([{ kept: all }], 'x')).toThrow(
      expect.objectContaining({ next: expect.stringContaining(`${MID}, ${OLD}`) }),
    );
  });
});

function going(release: string) {
  const world = createMemoryWorld();
  world.host.live = 'green';
  world.host.slots = { green: 'new', blue: 'old' };
  const facts = { rollbackTo: { release, slot: 'blue' as const } };
  return { world, context: stageContext(world, { facts }) };
}

describe('the release to go back to', () => {
  test('is left alone when it was kept warm', async () => {
    const { world, context } = going('old');
    expect((await returnSlot.run(context)).summary).toBe('old was kept warm');
    expect(world.host.scripts).toEqual(['slot-state']);
  });

  test('is started again when it was stopped', async () => {
    const { world, context } = going('old');
    world.host.active.blue = 'inactive';
    expect((await returnSlot.run(context)).summary).toBe('old started again');
    expect(world.host.scripts.slice(0, 3)).toEqual(['slot-state', 'install-unit', 'start-slot']);
  });

  test('takes the place of another one in its slot', async () => {
    const { world, context } = going('older');
    await returnSlot.run(context);
    expect(world.host.slots.blue).toBe('older');
  });

  test('is a slot laid out by hand, which is left as it is', async () => {
    const { world, context } = going('adopted-blue');
    world.host.slots.blue = 'adopted-blue';
    expect((await returnSlot.run(context)).summary).toBe('adopted-blue was kept warm');
  });

  test('is put back into its slot when it was laid out by hand and is no longer there', async () => {
    const { world, context } = going('adopted-blue');
    await returnSlot.run(context);
    expect(world.host.scripts).toContain('install-unit');
    expect(world.host.slots.blue).toBe('adopted-blue');
  });

  test('is the live one that has died: systemd starts it, nothing is replaced', async () => {
    const { world, context } = going('old');
    world.host.live = 'blue';
    world.host.active.blue = 'activating';
    world.host.answers = () => ({ status: 200 });
    setTimeout(() => (world.host.active.blue = 'active'), 20);
    await returnSlot.run(context);
    expect(world.host.scripts).not.toContain('install-unit');
  });

  test('is none when this was the first release', async () => {
    const world = createMemoryWorld();
    expect(await returnSlot.run(stageContext(world, { facts: {} }))).toMatchObject({
      skipped: true,
    });
  });
});

describe('the claim', () => {
  const facts = { commit: { sha: 'a', author: 'b', subject: 'c', at: 1 } };
  test.each([
    ['idle', 'blue', 'green'],
    ['idle', undefined, 'blue'],
    ['green', 'blue', 'green'],
    ['green', undefined, 'green'],
  ] as const)('of %s while %s is live takes %s', async (slot, live, taken) => {
    const world = createMemoryWorld();
    world.host.live = live;
    const found = await claim.run(stageContext(world, { facts, request: { slot } }));
    expect(found.facts?.slot).toBe(taken);
  });

  test('of the live slot is refused', async () => {
    const world = createMemoryWorld();
    const context = stageContext(world, { facts, request: { slot: 'blue' } });
    await expect(claim.run(context)).rejects.toMatchObject({ code: 'slot-is-live' });
  });

  test('of hosts that disagree on what is live is refused, and says who says what', async () => {
    const world = createMemoryWorld({ hosts: ['host-1', 'host-2'] });
    world.host.live = 'green';
    await expect(claim.run(stageContext(world, { facts }))).rejects.toMatchObject({
      code: 'hosts-disagree',
      message: expect.stringContaining('host-1: green, host-2: blue'),
    });
  });

  test('remembers the way back, and warns of what it sees', async () => {
    const world = createMemoryWorld();
    world.host.active.blue = 'failed';
    const found = await claim.run(stageContext(world, { facts }));
    expect(found.facts?.rollbackTo).toEqual({ release: 'old', slot: 'blue' });
    expect(found.warnings).toEqual(['host-1: the live slot blue is not running right now']);
  });

  test('of a dry run leaves no trace', async () => {
    const world = createMemoryWorld();
    await claim.run(stageContext(world, { facts, request: { dryRun: true } }));
    expect(world.host.scripts).toEqual(['inspect']);
  });
});
