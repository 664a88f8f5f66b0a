import { describe, expect, test } from '@jest/globals';
import { stageOf } from '../support/stage-of.ts';
import type { Slot } from '../../src/deploy/record/events.ts';
import type { Observation } from '../../src/deploy/host/observe.ts';
import { chooseRollbackTarget } from '../../src/deploy/host/rollback-target.ts';
import { claim } from '../../src/deploy/stages/claim.ts';
import { returnSlot } from '../../src/deploy/stages/start.ts';
import { failed } from '../support/memory-host.ts';
import { createMemoryWorld } from '../support/memory-ports.ts';
import { cancel, play } from '../support/play.ts';
import { request, stageContext } from '../support/stage-context.ts';

const OLD = '20261101-090000-aaaaaaa';
const MID = '20261110-090000-bbbbbbb';
const NEW = '20261120-090000-ccccccc';

interface Host {
  kept: Record<string, 'good' | 'bad' | 'none' | 'unhealthy' | 'unwatched' | 'no-unit'>;
  live?: Slot;
  liveRelease?: string;
  slots?: Partial<Record<Slot, string>>;
  /** Where nginx sends users, when that is not where the colour file says. */
  proxied?: Slot;
}

function seen(host: Host): Observation {
  const { kept, live = 'green', liveRelease = NEW, slots = {}, proxied } = host;
  return {
    facts: { live, liveRelease, slots, freeMb: 1 },
    externalServices: [],
    serviceBefore: undefined,
    slotUsers: {},
    staleUnits: [],
    active: { blue: 'active', green: 'active' },
    releases: Object.entries(kept).map(([name, verdict]) => ({ name, verdict })),
    liveCommit: undefined,
    proxied: [proxied ?? live],
    trafficMismatch: proxied && `nginx sends traffic to ${proxied}`,
    fingerprints: {},
    warnings: [],
  };
}

const back = (hosts: Host[], ref?: string) =>
  chooseRollbackTarget(
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

  test('is what was live before, rather than the newest good one', () => {
    const slots = { green: NEW, blue: OLD };
    expect(back([{ kept: all, slots }])).toEqual({ release: OLD, slot: 'blue' });
  });

  test('is not what the other slot holds when that is bad', () => {
    const slots = { green: NEW, blue: OLD };
    expect(back([{ kept: { ...all, [OLD]: 'bad' }, slots }]).release).toBe(MID);
  });

  test('is a plain folder in the other slot, which nobody has moved yet', () => {
    const slots = { green: NEW, blue: 'adopted-blue' };
    expect(back([{ kept: { [OLD]: 'good', [NEW]: 'good' }, slots }])).toEqual({
      release: 'adopted-blue',
      slot: 'blue',
    });
  });

  test('never takes what was laid out by hand into the other slot', () => {
    const kept = { [NEW]: 'good', 'adopted-green': 'none' } as const;
    expect(() => back([{ kept }])).toThrow(
      expect.objectContaining({ code: 'no-release-to-return-to' }),
    );
    expect(() => back([{ kept }], 'adopted-green')).toThrow(
      expect.objectContaining({ code: 'no-release-to-return-to' }),
    );
  });

  describe('when nginx sends users elsewhere than the colour file says', () => {
    const slots = { green: NEW, blue: OLD };
    test('is the good release that they are on already', () => {
      expect(back([{ kept: all, slots, proxied: 'blue' }])).toEqual({ release: OLD, slot: 'blue' });
    });

    test('is what should be live, when they are on one that nobody called good', () => {
      const host: Host = { kept: { ...all, [OLD]: 'none' }, slots, proxied: 'blue' };
      expect(back([host])).toEqual({ release: NEW, slot: 'green' });
      expect(back([host], NEW)).toEqual({ release: NEW, slot: 'green' });
    });

    test('is never a third one in the place of what they are on', () => {
      expect(() => back([{ kept: all, slots, proxied: 'blue' }], MID)).toThrow(
        expect.objectContaining({ code: 'no-release-to-return-to' }),
      );
    });
  });

  test('is what the others have, when a host has just joined', () => {
    const joined: Observation = {
      ...seen({ kept: {} }),
      facts: { slots: {}, freeMb: 1 },
      proxied: [],
    };
    const target = chooseRollbackTarget(request({ kind: 'rollback' }), {
      'host-1': joined,
      'host-2': seen({ kept: all, slots: { green: NEW, blue: MID } }),
    });
    expect(target).toEqual({ release: MID, slot: 'blue' });
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

  test.each<
    [
      string,
      Record<string, 'good' | 'bad' | 'none' | 'unhealthy' | 'unwatched' | 'no-unit'>,
      string,
      RegExp,
    ]
  >([
    ['is not kept', all, 'x', /no host has a release of the name x/],
    ['is bad', { ...all, [MID]: 'bad' }, MID, /it was rolled back/],
    ['was unhealthy in its watch', { ...all, [MID]: 'unhealthy' }, MID, /unhealthy in its watch/],
    ['was not seen by its watch', { ...all, [MID]: 'unwatched' }, MID, /too few answers/],
    ['never got through', { ...all, [MID]: 'none' }, MID, /never passed a watch/],
    [
      'has lost its unit',
      { ...all, 'adopted-blue': 'no-unit' },
      'adopted-blue',
      /its unit is gone/,
    ],
  ])('says why the named one is none: it %s', (_name, kept, ref, why) => {
    expect(() => back([{ kept }], ref)).toThrow(why);
    // The headline of the failure says it already.
    expect(() => back([{ kept }], ref)).not.toThrow(/cannot roll back/i);
  });

  test('says that not every host keeps the named one', () => {
    const hosts = [{ kept: all }, { kept: { [NEW]: 'good', [OLD]: 'good' } as const }];
    expect(() => back(hosts, MID)).toThrow(/^some hosts do not have /);
  });

  test('leaves a good release only by name, when users were rolled back to it', async () => {
    const world = await play({ request: { kind: 'rollback' } });
    world.host.releases.set(OLD, 'good');
    world.host.releases.set(MID, 'good');
    const first = await world.go();
    expect([first.finished?.ending, first.facts.rollbackTo?.release]).toEqual(['rolled-back', MID]);
    const again = (ref?: string) =>
      claim.run(stageContext(world, { request: { kind: 'rollback', ref }, epoch: 99 }));
    await expect(again()).rejects.toMatchObject({
      code: 'rolled-back-already',
      next: expect.stringContaining(`\`/argo rollback ${OLD}\``),
      offers: [{ release: OLD }],
    });
    expect((await again(OLD)).facts?.rollbackTo).toMatchObject({ release: OLD });
    // Hosts on which somebody moved users since are put in order by a rollback without a name.
    world.host.live = world.host.live === 'green' ? 'blue' : 'green';
    expect((await again()).facts?.rollbackTo).toMatchObject({ release: MID });
    world.host.live = world.host.live === 'green' ? 'blue' : 'green';
    await expect(again()).rejects.toMatchObject({ code: 'rolled-back-already' });
    // Who has unlocked knows of the rollback, also if the environment was locked by command since.
    const place = { service: 'engine', environment: 'production' };
    await world.records.unlock(place, 'U0BEN');
    expect((await again()).facts?.rollbackTo).toMatchObject({ release: OLD });
    await world.records.lock(place, { reason: 'Friday', by: 'U0BEN', at: 1, byCommand: true });
    expect((await again()).facts?.rollbackTo).toMatchObject({ release: OLD });
  });

  test('tells of each release it offers what the records know', async () => {
    const world = await play();
    world.host.releases.set('bad-one', 'bad');
    await world.go();
    await world.approve();
    const { finished, facts } = await world.go();
    expect(finished?.ending).toBe('succeeded');
    const { release } = facts;
    const gone = stageContext(world, { request: { kind: 'rollback', ref: 'bad-one' }, epoch: 99 });
    await expect(claim.run(gone)).rejects.toMatchObject({
      code: 'no-release-to-return-to',
      offers: [{ release: 'old' }],
    });
    world.host.live = 'blue';
    await expect(claim.run(gone)).rejects.toMatchObject({
      offers: [{ release, subject: 'Cache the order book', by: 'U0ADA' }],
    });
  });

  test('offers what there is, when the named one is not', () => {
    expect(() => back([{ kept: all }], 'x')).toThrow(
      expect.objectContaining({ next: expect.stringContaining(`\`/argo rollback ${MID}\``) }),
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
      message: expect.stringMatching(/host-1: green.*host-2: blue/),
    });
  });

  test('of hosts with two releases in one live slot is refused: there would be no one way back', async () => {
    const world = createMemoryWorld({ hosts: ['host-1', 'host-2'] });
    world.host.slots.blue = 'older';
    await expect(claim.run(stageContext(world, { facts }))).rejects.toMatchObject({
      code: 'hosts-disagree',
      message: expect.stringContaining('host-1: blue older, host-2: blue old'),
    });
  });

  test('of a new host whose nginx points to the slot to be filled is refused', async () => {
    const world = createMemoryWorld({ hosts: ['host-1', 'host-2'] });
    world.host.live = undefined;
    world.host.slots = {};
    world.host.proxied = 'green';
    await expect(claim.run(stageContext(world, { facts }))).rejects.toMatchObject({
      code: 'traffic-elsewhere',
      host: 'host-1',
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

describe('where users are', () => {
  const facts = { commit: { sha: 'a', author: 'b', subject: 'c', at: 1 } };

  test('when nginx and the colour file disagree a deployment is refused, and a rollback is not', async () => {
    const world = createMemoryWorld();
    world.host.slots = { blue: 'old', green: 'older' };
    world.host.releases.set('older', 'good');
    world.host.proxied = 'green';
    await expect(claim.run(stageContext(world, { facts }))).rejects.toMatchObject({
      code: 'traffic-elsewhere',
      host: 'host-1',
      message: expect.stringContaining('nginx sends users to green, but .current_color says blue'),
      next: expect.stringContaining('/opt/engine/.current_color'),
    });
    const found = await claim.run(stageContext(world, { request: { kind: 'rollback' } }));
    expect(found.facts?.rollbackTo).toEqual({ release: 'older', slot: 'green' });
    expect(found.warnings?.join()).toContain('nginx sends users to green');
  });

  test.each([
    ['blue and green', ['proxied\tblue', 'proxied\tgreen'], 'users to blue and green at once'],
    ['neither', ['proxied\tother'], 'users to neither blue nor green'],
  ])('%s: refused', async (_name, proxied, message) => {
    const world = createMemoryWorld();
    world.host.on['inspect'] = () => ['live\tblue', ...proxied, 'free_mb\t1', 'now\t1'];
    await expect(claim.run(stageContext(world, { facts }))).rejects.toMatchObject({
      code: 'traffic-elsewhere',
      message: expect.stringContaining(message),
    });
  });

  test('an old slot that users were sent back to by hand is not stopped, and that is said', async () => {
    const p = await play({ settings: { environment: { old_slot: 'stopped' } } });
    await p.go();
    await p.approve();
    p.host.on['finish'] = () => ['kept\t2', 'in_use\tblue'];
    const d = await p.go();
    expect(stageOf(d, 'finish').warnings.join()).toContain('nginx sends users to blue');
  });

  test('a release that users were sent to by hand is not taken from them by the cleanup', async () => {
    const p = await play();
    await p.go();
    p.host.on['cleanup'] = ({ live_before }) => (live_before === 'blue' ? ['in_use\tgreen'] : []);
    await p.records.append(p.id, cancel);
    const d = await p.go();
    expect(stageOf(d, 'cleanup').warnings.join()).toContain('nginx sends users to green');
  });

  test('a move by hand after the approval was asked voids it', async () => {
    const p = await play();
    await p.go();
    p.host.proxied = 'green';
    await p.approve();
    expect((await p.go()).finished?.ending).toBe('voided');
    expect(p.host.scripts).not.toContain('switch');
  });
});

/** Two hosts, of which the first has never had a release. */
async function joining(more: Parameters<typeof play>[0] = {}) {
  const p = await play({ hosts: ['host-1', 'host-2'], ...more });
  const [joined, settled] = p.hosts;
  if (!joined || !settled) throw new Error('two hosts');
  Object.assign(joined, { live: undefined, slots: {} });
  joined.active.blue = 'inactive';
  joined.releases.clear();
  return { p, joined, settled };
}

describe('a host that has just joined', () => {
  test('takes the slot that the others take', async () => {
    const { p, joined, settled } = await joining();
    const d = await p.go();
    expect(d.facts).toMatchObject({ slot: 'green', rollbackTo: { release: 'old', slot: 'blue' } });
    await p.approve();
    expect((await p.go()).finished?.ending).toBe('succeeded');
    expect([joined.live, settled.live]).toEqual(['green', 'green']);
  });

  test('is left on the bad release when the others go back, and that is said', async () => {
    const { p, joined, settled } = await joining();
    await p.go();
    await p.approve();
    await p.phase('release');
    await p.records.append(p.id, { type: 'rollback-requested', at: 1, reason: 'bad' });
    const d = await p.go();
    expect(d.finished?.ending).toBe('rollback-failed');
    expect(settled.live).toBe('blue');
    expect(joined.live).toBe('green');
    expect(stageOf(d, 'switch-back').warnings.join()).toMatch(
      /host-1 was left behind: there is no earlier release on host-1: users there are on .* in green/,
    );
  });

  test('is left out of a rollback by hand, with a warning', async () => {
    const { p, joined, settled } = await joining({ request: { kind: 'rollback' } });
    settled.slots.green = 'older';
    settled.active.green = 'active';
    settled.releases.set('older', 'good');
    const d = await p.go();
    expect(d.finished?.ending).toBe('rolled-back');
    expect(stageOf(d, 'claim').warnings.join()).toContain('host-1: it has no release yet');
    expect(settled.live).toBe('green');
    expect(joined.scripts).not.toContain('switch');
  });
});

describe('the very first release', () => {
  test('that turns out bad and cannot be undone is not called rolled back', async () => {
    const p = await play();
    Object.assign(p.host, { live: undefined, slots: {} });
    await p.go();
    await p.approve();
    await p.phase('release');
    await p.records.append(p.id, { type: 'rollback-requested', at: 1, reason: 'bad' });
    const d = await p.go();
    expect(d.finished?.ending).toBe('rollback-failed');
    expect(stageOf(d, 'switch-back').failure).toMatchObject({
      code: 'nothing-to-return-to',
      message: expect.stringMatching(/no earlier release on host-1: users there are on .* in blue/),
    });
  });

  test('whose traffic never moved leaves users where they were', async () => {
    const p = await play();
    Object.assign(p.host, { live: undefined, slots: {} });
    p.host.on['switch'] = () => {
      throw failed('host-1', 'nginx refuses');
    };
    await p.go();
    await p.approve();
    expect((await p.go()).finished?.ending).toBe('rolled-back');
  });
});

test('hosts that disagreed: each marks what it was taken off, never what all went back to', async () => {
  const p = await play({ hosts: ['host-1', 'host-2'], request: { kind: 'rollback', ref: 'old' } });
  const [first, second] = p.hosts;
  second?.releases.set('new', 'good');
  Object.assign(second ?? {}, { live: 'green', slots: { blue: 'old', green: 'new' } });
  Object.assign(second?.active ?? {}, { green: 'active' });
  const d = await p.go();
  expect(d.finished?.ending).toBe('rolled-back');
  expect(first?.releases.get('old')).toBe('good');
  expect(second?.releases.get('old')).toBe('good');
  expect(second?.releases.get('new')).toBe('bad');
  expect((await p.records.readLock(request()))?.reason).toContain('rolled back from new');
});
