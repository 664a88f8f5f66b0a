import { phasesOf, stagesOf } from '../../src/deploy/record/plan.ts';
import { RequestSchema } from '../../src/deploy/record/events.ts';
import type { Fault, Moment } from './fault.ts';
import { approvalFaults } from './faults/approvals.ts';
import { awayFaults } from './faults/away.ts';
import { hostFaults } from './faults/host.ts';
import { lineFaults } from './faults/line.ts';
import { linkFaults } from './faults/link.ts';
import { peopleFaults } from './faults/people.ts';
import { processFaults } from './faults/processes.ts';
import { recordFaults } from './faults/records.ts';
import { slackFaults } from './faults/slack.ts';
import type { Instant } from './follow.ts';
import { randomOf, type Random } from './random.ts';

export const faults: readonly Fault[] = [
  ...processFaults,
  ...recordFaults,
  ...linkFaults,
  ...hostFaults,
  ...slackFaults,
  ...peopleFaults,
  ...approvalFaults,
  ...awayFaults,
  ...lineFaults,
];

/** Whether what is deployed is any good: a bad one turns bad once users are on it. */
export type Quality = 'good' | 'bad';

export interface Plan {
  seed: number;
  fault: Fault;
  quality: Quality;
  instant: Instant;
  /** For what the fault has to choose itself. */
  random: Random;
}

const request = RequestSchema.parse({
  kind: 'deploy',
  service: '-',
  environment: '-',
  origin: { user: '-', channel: '-', team: '-' },
});
const forward = phasesOf(request).flatMap((phase) => stagesOf(request, phase));
const back = stagesOf(request, 'rollback');

/** All of a run, decided by its seed: seeds one after the other go through all faults, where none is named. */
export function planOf(seed: number, named?: string): Plan {
  const random = randomOf(seed);
  const fault =
    named === undefined ? faults[seed % faults.length] : faults.find(({ name }) => name === named);
  if (!fault) throw new Error(`there is no fault ${named ?? ''}`);
  const quality = random.next() < 0.25 ? 'bad' : 'good';
  const [first = 'source', ...others] = forward
    .map(({ name }) => name)
    // A bad release is found out during its watch, so its finish never comes.
    .filter((name) => quality === 'good' || name !== 'finish')
    .concat(quality === 'bad' ? back.map(({ name }) => name) : []);
  const stage = random.pick(fault.stages ?? [first, ...others]);
  const moment = random.pick<Moment>(fault.moments ?? ['begin', 'mid', 'end']);
  const longest = stage === 'watch' ? 1_200 : 120;
  return {
    seed,
    fault,
    quality,
    random,
    instant: { stage, moment, delayMs: random.between(5, longest) },
  };
}

export function wordsOf({ seed, fault, quality, instant }: Plan): string {
  return `seed ${seed}: ${fault.name}, ${instant.stage} ${instant.moment}, a ${quality} release`;
}
