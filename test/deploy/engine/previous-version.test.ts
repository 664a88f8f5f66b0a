/** Deployments that the previous version started are finished by this one, whichever phase they were in. */
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { openGate } from '../../../src/deploy/record/deployment.ts';
import { fold } from '../../../src/deploy/record/fold.ts';
import { JournalEvent } from '../../../src/deploy/record/journal-event.ts';
import { playOneUnit } from '../../support/one-unit.ts';
import { play, type Play } from '../../support/play.ts';

/** Written by version 0.1.0: each from its request to its end. */
const journals = z
  .record(
    z.string(),
    z.array(z.looseObject({ type: z.string(), at: z.number(), ending: z.string().optional() })),
  )
  .parse(JSON.parse(readFileSync(new URL('journals/0.1.0.json', import.meta.url), 'utf8')));

const FAILING = { status: 500 };

/** The world in which a journal was written, and what goes wrong there. */
async function worldOf(name: string): Promise<Play> {
  const p = name.startsWith('one unit')
    ? await playOneUnit()
    : await play({
        request: {
          ...(name.includes('by hand') ? { kind: 'rollback' } : {}),
          ...(name.includes('before the start') ? { gate: 'start' } : {}),
        },
      });
  if (name.endsWith(', rolled back')) {
    const healthy = p.host.answers;
    const watched = () => p.types().filter((type) => type === 'phase-done').length >= 2;
    p.host.answers = (...asked) =>
      watched() && !p.types().includes('rollback-requested') ? FAILING : healthy(...asked);
  }
  if (name.endsWith(', failed')) {
    p.host.on['upload'] = () => {
      throw new Error('broken');
    };
  }
  return p;
}

/** How many events the journal has wherever a worker may have stopped: between two phases, and in each stage. */
function stops(types: readonly string[]): number[] {
  const between = new Set(['requested', 'gate-opened', 'approved', 'rollback-requested', 'intent']);
  return types.flatMap((type, at) => {
    // The last event of a phase is written together with the gate or the end.
    const over = type === 'phase-done' && types[at + 1] === 'phase-started';
    return between.has(type) || over ? [at + 1] : [];
  });
}

/** The clock of then: an approval of then is not too old. */
function setClockTo(at: number): void {
  const [real, start] = [Date.now.bind(Date), Date.now()];
  jest.spyOn(Date, 'now').mockImplementation(() => at + real() - start);
}
afterEach(() => {
  jest.restoreAllMocks();
});

describe('a deployment of the previous version', () => {
  test.each(Object.keys(journals))('%s: is read to the same end', (name) => {
    const events = (journals[name] ?? []).map((event) => JournalEvent.parse(event));
    expect(fold(events).finished?.ending).toBe(journals[name]?.at(-1)?.ending);
    expect(JSON.stringify(events)).not.toMatch(/lined-up|line-moved|turn-came|phase-parked/);
  });

  // All at once, since each of them mostly waits for its watch.
  test.each(Object.keys(journals))(
    '%s: is taken over wherever its worker stopped, and ends as it would have',
    async (name) => {
      const old = journals[name] ?? [];
      const { at = 0, ending } = old.at(-1) ?? {};
      setClockTo(at);
      const counts = stops(old.map(({ type }) => type));
      const ends = await Promise.all(counts.map((count) => takenOver(name, old.slice(0, count))));
      expect(counts.map((count, index) => [count, ends[index]])).toEqual(
        counts.map((count) => [count, ending]),
      );
    },
  );
});

/** How a deployment ends of which this is written: its ending, or what this version fails with. */
async function takenOver(name: string, old: readonly { type: string }[]): Promise<unknown> {
  try {
    const p = await worldOf(name);
    const journal = p.records.journal(p.id);
    // The name of a release has the time of its request.
    journal.splice(0, 1, JournalEvent.parse(old[0]));
    await playUntil(p, old);
    journal.splice(0, journal.length, ...old.map((one) => JournalEvent.parse(one)));
    while (!(await p.now()).finished) await step(p);
    return (await p.now()).finished?.ending;
  } catch (error) {
    return error;
  }
}

const countOf = (type: string, events: readonly { type: string }[]): number =>
  events.filter((event) => event.type === type).length;

/** Brings the hosts to where they were when the previous version had written this much. */
async function playUntil(p: Play, old: readonly { type: string }[]): Promise<void> {
  const reached = (type: string) => countOf(type, p.records.journal(p.id)) >= countOf(type, old);
  const changeAs = p.ports.records.changeAs.bind(p.ports.records);
  const stop = new AbortController();
  p.run.signal = stop.signal;
  p.ports.records.changeAs = async (...given) => {
    const changed = await changeAs(...given);
    if (reached('intent') && reached('phase-done')) stop.abort(new Error('the worker was stopped'));
    return changed;
  };
  while (!reached('intent') || !reached('phase-done')) await step(p).catch(() => undefined);
  p.ports.records.changeAs = changeAs;
  p.run.signal = new AbortController().signal;
}

/** One phase, or the approval between two. */
async function step(p: Play): Promise<void> {
  const d = await p.now();
  if (openGate(d)) return p.approve();
  if (d.due) await p.phase(d.due);
  else throw new Error(`nothing is due after ${p.types().join(' ')}`);
}
