import type { DeploymentEvent } from '../../src/deploy/record/events.ts';
import { DIGEST, done, exampleFacts, failed, finished, phaseStarted } from './events.ts';
import type { Step } from './threads.ts';

/** Seconds that each stage takes; about what a service with a slow start needs. */
const prepare = [
  ['source', 1],
  ['checks', 6],
  ['files', 1],
  ['config', 2],
  ['claim', 2],
  ['upload', 4],
  ['verify', 2],
  ['preflight', 5],
  ['unit', 1],
  ['start', 8],
  ['health', 6],
  ['smoke', 3],
] as const;
const release = [
  ['recheck', 2],
  ['switch', 1],
  ['confirm', 2],
  ['sync', 1],
] as const;

const at = (events: DeploymentEvent[], time: number): DeploymentEvent[] =>
  events.map((event) => ({ ...event, at: time }));

/** Times of one deployment; `offset` is when it begins, in milliseconds. */
class Plan {
  readonly steps: Step[] = [];
  private after: number;

  constructor(offset: number) {
    this.after = offset;
  }

  next(seconds: number, events: () => DeploymentEvent[], awaited = false): this {
    this.after += seconds * 1_000;
    this.steps.push({ after: this.after, events: (time) => at(events(), time), awaited });
    return this;
  }

  stages(stages: readonly (readonly [string, number])[]): this {
    for (const [name, seconds] of stages) {
      const facts = name === 'claim' ? { facts: { ...exampleFacts } } : {};
      const [intent, end] = done(name, 'fine', facts);
      if (!intent || !end) throw new Error('a stage begins and ends');
      this.next(0, () => [intent]).next(seconds, () => [end]);
    }
    return this;
  }
}

/** To the gate, approved after `decided` seconds, live, watched for five minutes, and good. */
export function goodPlan(offset: number, decided: number): Step[] {
  const plan = new Plan(offset)
    .next(0, () => [phaseStarted('prepare')])
    .stages(prepare)
    .next(0, () => [{ type: 'phase-done', at: 0, phase: 'prepare' }])
    .next(0.1, () => [gate()], true)
    .next(decided, () => [{ type: 'approved', at: 0, by: 'U0BOB', digest: DIGEST }])
    .next(0.1, () => [phaseStarted('release')])
    .stages(release)
    .next(0, () => [{ type: 'phase-done', at: 0, phase: 'release' }])
    .next(0.1, () => [phaseStarted('watch'), { type: 'intent', at: 0, stage: 'watch' }]);
  for (let round = 0; round < 60; round += 1) plan.next(5, () => [checked(offset + round)]);
  return plan
    .next(0.1, () => done('watch', '60 checks').slice(1))
    .stages([['finish', 2]])
    .next(0.1, () => [finished('succeeded')], true).steps;
}

/** Fails at its health check, and tidies up. */
export function badPlan(offset: number): Step[] {
  return new Plan(offset)
    .next(0, () => [phaseStarted('prepare')])
    .stages(prepare.slice(0, -2))
    .next(6, () => failed('health'))
    .next(0.1, () => [phaseStarted('cleanup')])
    .next(1, () => [finished('failed')], true).steps;
}

function gate(): DeploymentEvent {
  return { type: 'gate-opened', at: 0, digest: DIGEST, expiresAt: Date.now() + 1_800_000 };
}

function checked(round: number): DeploymentEvent {
  const check = { at: round, host: 'host-1', state: 'healthy', ms: 12 } as const;
  return { type: 'checked', at: 0, checks: [check] };
}

const ten = Array.from({ length: 10 }, (_, index) => index);

/** Ten deployments at once; the last two are the worst that the limits can meet. */
export const crowds: { name: string; plans: Step[][] }[] = [
  {
    name: 'a second after each other',
    plans: ten.map((index) => goodPlan(index * 1_000, 5 + index * 4)),
  },
  { name: 'in step, to the millisecond', plans: ten.map(() => goodPlan(0, 6)) },
  { name: 'in step, and all of them failing', plans: ten.map(() => badPlan(0)) },
];
