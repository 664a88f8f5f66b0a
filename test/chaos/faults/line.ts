import { setTimeout as pause } from 'node:timers/promises';
import { ask, told } from '../../../sandbox/acts.ts';
import { deploys, people } from '../../../sandbox/people.ts';
import type { DeploymentEvent } from '../../../src/deploy/record/events.ts';
import { JournalEvent } from '../../../src/deploy/record/journal-event.ts';
import { key } from '../../../src/redis/records/keys.ts';
import type { Fault } from '../fault.ts';
import { cardOf, labelOf } from '../messages.ts';
import { beginRun, type Run } from '../run.ts';
import type { World } from '../world.ts';

/** Longer than a whole deployment takes on a busy machine. */
const TURN_MS = 120_000;

async function journalOf({ redis }: World, id: string): Promise<DeploymentEvent[]> {
  const lines = await redis.lrange(key('journal', id), 0, -1);
  return lines.map((line) => JournalEvent.parse(JSON.parse(line)));
}

const began = (events: readonly DeploymentEvent[]) =>
  events.find(({ type }) => type === 'phase-started');

/** Reads along in the second one's record until it is as wanted. */
async function reads(
  world: World,
  next: Run,
  wanted: (events: readonly DeploymentEvent[]) => boolean,
): Promise<void> {
  const until = Date.now() + TURN_MS;
  for (;;) {
    next.events = await journalOf(world, next.id);
    if (wanted(next.events)) return;
    if (Date.now() > until) throw new Error(`the one in line, ${next.id}, stands still`);
    await pause(20);
  }
}

const over = (events: readonly DeploymentEvent[]): boolean =>
  events.some(({ type }) => type === 'finished');

/** Called once the first one is over: only then may the second begin, and after a rollback not even then. */
async function itsTurn(world: World, run: Run, next: Run): Promise<void> {
  const end = run.events.findLast((event) => event.type === 'finished');
  if (end?.type === 'finished' && end.ending === 'rolled-back') {
    await told(world.scene, 'ben', 'cancel');
    await reads(world, next, over);
    if (began(next.events)) run.wrong.push('it began behind a lock');
    return;
  }
  const { workspace } = world.scene;
  const card = await workspace.waitFor(() => cardOf(world, next.id), TURN_MS);
  await workspace.as(people.cleo.id).click(deploys, card.ts, 'Approve');
  await reads(world, next, over);
  const start = began(next.events);
  if (!start || !end || start.at < end.at) run.wrong.push('it did not wait for the first to end');
  run.next = next;
}

/** Somebody asks for something else meanwhile: it has to wait, and then its turn comes by itself. */
const askedMeanwhile: Fault = {
  name: 'asked meanwhile',
  harmless: true,
  stages: ['checks', 'upload', 'start', 'health', 'recheck', 'switch', 'watch'],
  async strike(world, run, random) {
    const root = await ask(world.scene, 'ben', 'deploy main');
    const next = beginRun(labelOf(root)?.deployment ?? '', root);
    await reads(world, next, (events) => events.length > 0);
    if (!next.events.some(({ type }) => type === 'queued')) {
      run.wrong.push('who asked meanwhile was not put in line');
    }
    if (random.next() < 0.75) return () => itsTurn(world, run, next);
    await told(world.scene, 'ben', 'cancel');
    await reads(world, next, over);
    if (began(next.events)) run.wrong.push('it began though it was taken out of the line');
  },
};

export const lineFaults = [askedMeanwhile];
