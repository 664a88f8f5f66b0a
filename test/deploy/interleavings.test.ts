import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { expireJob } from '../../jobs/expire.ts';
import type { Wake } from '../../jobs/queue.ts';
import { type Deployment, openGate, switchBegan } from '../../src/deploy/record/deployment.ts';
import { isFailure } from '../../src/deploy/record/errors.ts';
import type { DeploymentEvent } from '../../src/deploy/record/events.ts';
import { fold } from '../../src/deploy/record/fold.ts';
import { runPhase } from '../../src/deploy/engine/run-phase.ts';
import { cancel } from '../../src/slack/commands/cancel.ts';
import { decide } from '../../src/slack/requests/decide.ts';
import { rollBack } from '../../src/deploy/acts/roll-back.ts';
import { performAct } from '../../src/slack/requests/acts.ts';
import type { Interaction } from '../../src/slack/contract/interaction.ts';
import type { SlackPorts } from '../../src/slack/contract/ports.ts';
import { failed } from '../support/memory-host.ts';
import { createFreeLimiter } from '../support/memory-painted.ts';
import { createMemoryInspections } from '../support/memory-inspections.ts';
import { createMemoryWorld, type MemoryWorld } from '../support/memory-ports.ts';
import { request } from '../support/stage-context.ts';
import { settingsWith } from '../support/target.ts';

interface Rules {
  expires: number;
  /** Who must approve, and when. */
  approvers: 1 | 2;
  gate: 'start' | undefined;
}

const settingsWhere = ({ expires, approvers }: Rules) =>
  settingsWith({
    environment: {
      watch: { checks: 1, interval_seconds: 0.05 },
      approval: { four_eyes: false, expires_minutes: expires, approvers },
      access: {
        deploy: ['U0ADA'],
        approve: ['U0BEN', 'U0CAL'],
        rollback: ['U0BEN'],
        channels: ['C0OPS'],
      },
    },
  });

const ask = (ports: SlackPorts, user: string): Interaction => ({
  ports,
  id: 'x',
  user,
  channel: 'C0OPS',
  team: 'T0',
  trigger: 't',
  answer: async () => undefined,
});

/** Nobody is woken: here the test says who works when. */
const asleep: Wake = {
  wake: async () => undefined,
  announce: async () => undefined,
  remind: async () => undefined,
  inspect: async () => undefined,
  answer: async () => undefined,
  close: async () => undefined,
};

const acts = [
  'work',
  'crash',
  'approve',
  'approve too',
  'reject',
  'cancel',
  'go back',
  'expire',
] as const;
type Act = (typeof acts)[number];
const breakable = ['upload', 'start-slot', 'switch', 'finish', 'cleanup', 'claim'] as const;

interface Play {
  world: MemoryWorld;
  id: string;
  act: (act: Act) => Promise<void>;
  journal: () => DeploymentEvent[];
}

/** One deployment, a worker that may die anywhere, and people who click whenever they like. */
async function play(
  broken: readonly string[],
  crashes: readonly number[],
  rules: Rules,
): Promise<Play> {
  const settings = settingsWhere(rules);
  const world = createMemoryWorld();
  for (const script of broken) {
    world.host.on[script] = () => Promise.reject(failed('host-1', `${script} is broken`));
  }
  const { gate } = rules;
  const created = await world.records.create(request(gate ? { gate } : {}));
  if (created.kind !== 'created') throw new Error(created.kind);
  const { id } = created.deployment;
  const slack: SlackPorts = {
    // Nothing here may speak to Slack: whoever does fails.
    client: Object.create(null),
    home: { show: async () => undefined },
    commits: Object.create(null),
    painted: { read: async () => ({}) },
    records: world.records,
    inspections: createMemoryInspections(),
    settings,
    wake: asleep,
    groupsOf: async () => [],
    findWorkspace: async () => ({ team: 'T0SANDBOX', enterprise: undefined }),
    checkMembership: async () => ({ kind: 'member' }),
    matchAuthors: async () => undefined,
    limiter: createFreeLimiter(),
    isFirstDelivery: async () => true,
    log: world.ports.log,
    redactor: world.ports.redactor,
  };
  let crash = 0;

  async function work(afterWrites: number): Promise<void> {
    const stop = new AbortController();
    let writes = 0;
    const records: typeof world.records = {
      ...world.records,
      changeAs: async (...given) => {
        writes += 1;
        if (writes > afterWrites) stop.abort(new Error('kill -9'));
        stop.signal.throwIfAborted();
        return world.records.changeAs(...given);
      },
    };
    const due = (await world.records.read(id))?.due;
    if (!due) return;
    const run = { ports: { ...world.ports, records }, settings, worker: 'w', signal: stop.signal };
    try {
      await runPhase(run, id, due);
    } catch (error) {
      if (!stop.signal.aborted && !isFailure(error)) throw error;
    }
  }

  return {
    world,
    id,
    journal: () => world.records.journal(id),
    async act(act) {
      const open = (await world.records.read(id))?.gate;
      const value = { d: id, g: open?.digest ?? 'none' };
      switch (act) {
        case 'work':
          return work(Number.POSITIVE_INFINITY);
        case 'crash':
          crash += 1;
          return work(crashes[crash % crashes.length] ?? 3);
        case 'approve':
          return void (await decide(ask(slack, 'U0BEN'), value, { kind: 'approved' }));
        case 'approve too':
          return void (await decide(ask(slack, 'U0CAL'), value, { kind: 'approved' }));
        case 'reject':
          return void (await decide(ask(slack, 'U0BEN'), value, {
            kind: 'rejected',
            reason: 'no',
          }));
        case 'cancel':
          return void (await cancel({ kind: 'cancel' }, ask(slack, 'U0ADA')));
        case 'go back':
          return void (await performAct(
            ask(slack, 'U0BEN'),
            id,
            (d, actor) => rollBack(d, 'errors', actor),
            () => ({ text: 'rolling back' }),
          ));
        case 'expire':
          return expireJob({ data: { deployment: id } }, world.records, asleep);
      }
    },
  };
}

/** Stages that run code of the commit on a host. */
const runs: ReadonlySet<string> = new Set(['preflight', 'unit', 'start', 'health', 'smoke']);

/** What must hold after every entry of every journal. */
function insane(events: readonly DeploymentEvent[], { approvers, gate }: Rules): string[] {
  const wrong: string[] = [];
  let before: Deployment | undefined;
  for (let length = 1; length <= events.length; length += 1) {
    const d = fold(events.slice(0, length));
    const approved = d.gate?.decision?.kind === 'approved';
    if (d.finished && d.due) wrong.push('finished and due');
    if (d.finished && openGate(d)) wrong.push('finished with an open gate');
    if ((d.due === 'release' || d.due === 'watch') && !approved) wrong.push('released unapproved');
    if (switchBegan(d) && !approved) wrong.push('switched unapproved');
    const people = new Set(d.gate?.votes.map(({ by }) => by)).size;
    if (people !== (d.gate?.votes.length ?? 0)) wrong.push('one person counted twice');
    if (approved && people < approvers) wrong.push('approved by too few');
    const ran = d.stages.some(({ name, status }) => runs.has(name) && status !== 'pending');
    if (gate === 'start' && ran && !approved) wrong.push('ran code before its approval');
    if (d.due === 'cleanup' && switchBegan(d)) wrong.push('cleaned up under the users');
    if (d.due === 'rollback' && !switchBegan(d)) wrong.push('rolled back before the switch');
    if (d.due && openGate(d)) wrong.push('due at an open gate');
    if (d.version !== length) wrong.push('a version was skipped');
    if (before?.finished && d.finished?.ending !== before.finished.ending) wrong.push('reopened');
    if (before?.gate?.decision && d.gate?.decision?.kind !== before.gate.decision.kind)
      wrong.push('decided twice');
    if (before && switchBegan(before) && d.ending === 'cancelled') wrong.push('cancelled too late');
    if (before?.due === 'rollback' && d.due && d.due !== 'rollback')
      wrong.push('left the rollback');
    before = d;
  }
  return wrong;
}

test('no order of work, crashes, clicks, expiry and cancel leaves a record that makes no sense', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...acts, 'work', 'work', 'approve', 'approve too'), {
        minLength: 1,
        maxLength: 14,
      }),
      fc.subarray([...breakable], { maxLength: 2 }),
      fc.array(fc.integer({ min: 1, max: 26 }), { minLength: 1, maxLength: 4 }),
      fc.boolean(),
      // Some gates are over before anybody can click.
      fc.record({
        expires: fc.constantFrom(30, 30, 30, 0.0001),
        approvers: fc.constantFrom(1 as const, 2 as const),
        gate: fc.constantFrom('start' as const, undefined),
      }),
      fc.constantFrom<Act[]>(
        [],
        ['work', 'approve', 'approve too'],
        ['work', 'approve', 'approve too', 'work'],
      ),
      async (order, broken, crashes, atOnce, rules, first) => {
        const { act, journal, world, id } = await play(broken, crashes, rules);
        for (const one of first) await act(one);
        if (atOnce) await Promise.all(order.map(act));
        else for (const one of order) await act(one);
        expect(insane(journal(), rules)).toEqual([]);
        // Left alone with a worker, every deployment comes to its end or to its gate.
        for (let d = await world.records.read(id); d?.due; d = await world.records.read(id)) {
          await act('work');
        }
        expect(insane(journal(), rules)).toEqual([]);
        const end = await world.records.read(id);
        expect(end && (end.finished !== undefined || openGate(end) !== undefined)).toBe(true);
        if (end?.finished?.ending === 'succeeded') expect(world.host.live).toBe('green');
        if (end?.finished && !['succeeded', 'rollback-failed'].includes(end.finished.ending))
          expect(world.host.live).toBe('blue');
        expect(await world.records.claim(request())).toEqual(
          end?.finished ? undefined : expect.anything(),
        );
      },
    ),
    { numRuns: 200 },
  );
}, 120_000);
