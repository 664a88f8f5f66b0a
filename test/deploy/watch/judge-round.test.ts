import { describe, expect, test } from '@jest/globals';
import type { Deployment } from '../../../src/deploy/record/deployment.ts';
import { HostUnreachable } from '../../../src/deploy/record/errors.ts';
import type { DeploymentEvent } from '../../../src/deploy/record/events.ts';
import type { WatchCheck } from '../../../src/deploy/record/watch-check.ts';
import { fold } from '../../../src/deploy/record/fold.ts';
import { watch } from '../../../src/deploy/stages/watch.ts';
import { roundsDone, roundsOf } from '../../../src/deploy/watch/rounds.ts';
import { judgeRound } from '../../../src/deploy/watch/judge-round.ts';
import { exampleFacts, prepared, switched } from '../../support/events.ts';
import { linkLost } from '../../support/memory-host.ts';
import { createMemoryWorld } from '../../support/memory-ports.ts';
import { journal, request, stageContext } from '../../support/stage-context.ts';
import { targetWith } from '../../support/target.ts';

const settings = {
  checks: 10,
  interval_seconds: 5,
  degraded_for: 2,
  unavailable_for: 3,
  guard_after_seconds: 60,
};
const letters = { h: 'healthy', d: 'degraded', u: 'unavailable', '?': 'unknown' } as const;
type Letter = keyof typeof letters;
const isLetter = (letter: string): letter is Letter => letter in letters;

/** `h d uh`: three rounds; in the third the first host is unavailable and the second healthy. */
function roundsFrom(text: string): WatchCheck[][] {
  return text.split(' ').map((round, index) =>
    round
      .split('')
      .filter(isLetter)
      .map((letter, host) => ({
        at: 1_000 + index,
        host: `host-${host + 1}`,
        state: letters[letter],
        ms: 5,
        detail: letters[letter],
      })),
  );
}

/** Plays rounds as the watch does, each judged on the record that the ones before have left. */
function watched(text: string): { deployment: Deployment; said: string[] } {
  const events = journal(prepared(), switched());
  const said: string[] = [];
  for (const checks of roundsFrom(text)) {
    const deployment = fold(events);
    if (deployment.due !== 'watch') break;
    const judged = judgeRound(deployment, checks, settings);
    said.push(...judged.map(({ type }) => type).filter((type) => type !== 'checked'));
    events.push(...judged);
  }
  return { deployment: fold(events), said };
}

describe('what the watch does', () => {
  test.each<[string, string, DeploymentEvent['type'][]]>([
    ['is nothing while all is well', 'h h h h', []],
    ['is nothing about one degraded answer', 'h d h d h', []],
    ['is an alert after two degraded in a row', 'h d d', ['alerted']],
    ['is one alert, not one a round', 'd d d d', ['alerted']],
    ['is nothing about two unavailable answers between good ones', 'h u h u h', []],
    [
      'is an alert at two unavailable, and the way back at three',
      'u u u',
      ['alerted', 'rollback-requested'],
    ],
    [
      'is the way back after three unavailable, alert or not',
      'd d u u u',
      ['alerted', 'rollback-requested'],
    ],
    ['is no way back when it was degraded in between', 'u u d u u', ['alerted']],
    ['is a recovery after two healthy rounds', 'd d h h', ['alerted', 'recovered']],
    ['is no recovery after one', 'd d h d h', ['alerted']],
    ['is a second alert after a recovery', 'd d h h d d', ['alerted', 'recovered', 'alerted']],
    ['is an alert when nobody can tell three times', '? ? ?', ['alerted']],
    ['is nothing when nobody could tell twice', 'h ? ? h', []],
    ['counts on across rounds that say nothing', 'u u ? u', ['alerted', 'rollback-requested']],
    ['counts degraded on across rounds that say nothing', 'd ? d', ['alerted']],
    ['is never the way back because of rounds that say nothing', '? ? ? ? ? ?', ['alerted']],
    ['follows the worst of the hosts', 'hu hu hu', ['alerted', 'rollback-requested']],
    ['counts rounds, not hosts', 'uuu hhh', []],
    ['counts in turns, whichever host it is', 'uh hu uh', ['alerted', 'rollback-requested']],
    [
      'hears the others when one host cannot be asked',
      '?u ?u ?u',
      ['alerted', 'rollback-requested'],
    ],
  ])('%s: %s', (_name, text, said) => {
    expect(watched(text).said).toEqual(said);
  });

  test('raises a snoozed alert again when its time is up, and not before', () => {
    const events = journal(prepared(), switched());
    const next = (text: string, from: number): string[] => {
      const said: string[] = [];
      for (const [index, checks] of roundsFrom(text).entries()) {
        const late = checks.map((check) => ({ ...check, at: from + index }));
        const judged = judgeRound(fold(events), late, settings);
        said.push(...judged.map(({ type }) => type).filter((type) => type !== 'checked'));
        events.push(...judged);
      }
      return said;
    };
    expect(next('d d', 1_000)).toEqual(['alerted']);
    events.push({ type: 'snoozed', at: 1_002, by: 'U0ADA', until: 2_000 });
    expect(next('d d d', 1_100)).toEqual([]);
    expect(next('d d', 2_000)).toEqual(['alerted']);
    expect(fold(events).alerts).toMatchObject([{ count: 2, at: 1_001 }]);
    expect(fold(events).alerts[0]?.snoozed).toBeUndefined();
  });

  test('an alert that nobody can tell ends where somebody can tell that it is not well', () => {
    const { deployment, said } = watched('? ? ? d d');
    expect(said).toEqual(['alerted', 'recovered', 'alerted']);
    expect(deployment.alerts.map(({ fingerprint }) => fingerprint)).toEqual([
      'cannot-tell',
      'not-healthy',
    ]);
  });

  test('names the host and the number in an alert', () => {
    const { deployment } = watched('hd hd');
    expect(deployment.alerts[0]?.reason).toBe('on host-2, degraded (2 checks in a row)');
  });

  test('makes the rollback due, with what was seen as its reason', () => {
    const { deployment } = watched('u u u');
    expect(deployment.due).toBe('rollback');
    expect(deployment.rollback).toMatchObject({ reason: expect.stringContaining('3 checks') });
    expect(deployment.rollback?.by).toBeUndefined();
  });
});

describe('the count of rounds', () => {
  test.each([
    ['h h h', 3],
    ['hh hh', 2],
    ['h ? h', 2],
    ['? ? ?', 0],
    [Array.from({ length: 30 }, () => '?').join(' '), 10],
  ])('%s: %d', (text, rounds) => {
    expect(roundsDone(watched(text).deployment, settings)).toBe(rounds);
  });

  test('takes the checks of one moment as one round, with its worst answer', () => {
    expect(roundsOf(roundsFrom('hd ?h').flat())).toMatchObject([
      { at: 1_000, state: 'degraded', detail: 'on host-2, degraded' },
      { at: 1_001, state: 'unknown', detail: 'on host-1, unknown' },
    ]);
  });
});

async function watching(rounds = '') {
  const world = createMemoryWorld({ hosts: ['host-1', 'host-2'] });
  const created = await world.records.create(request());
  if (created.kind !== 'created') throw new Error(created.kind);
  const { id } = created.deployment;
  const facts = { ...exampleFacts, switchedAt: Date.now() };
  await world.records.append(id, ...prepared({ facts }), ...switched());
  for (const checks of rounds === '' ? [] : roundsFrom(rounds))
    await world.records.append(id, { type: 'checked', at: 1, checks });
  for (const host of world.hosts) {
    host.slots.green = exampleFacts.release;
    host.active.green = 'active';
    host.live = 'green';
  }
  const deployment = await world.records.read(id);
  if (!deployment) throw new Error('no record');
  const target = targetWith({
    hosts: ['host-1', 'host-2'],
    environment: { watch: { checks: 6, interval_seconds: 0.05 } },
  });
  const seen = () => world.records.journal(id).flatMap((e) => (e.type === 'checked' ? [e] : []));
  return { world, id, seen, context: stageContext(world, { deployment, target }) };
}

describe('a watch', () => {
  test('goes on counting where the worker before it stopped', async () => {
    const { seen, context } = await watching('hh hh hh hh');
    expect((await watch.run(context)).summary).toBe('6 checks');
    expect(seen()).toHaveLength(6);
  });

  test('asks every host in every round', async () => {
    const { seen, context } = await watching('hh hh hh hh hh');
    await watch.run(context);
    expect(
      seen()
        .at(-1)
        ?.checks.map(({ host, state }) => [host, state]),
    ).toEqual([
      ['host-1', 'healthy'],
      ['host-2', 'healthy'],
    ]);
  });

  test('counts a restart once: in the check that finds it, and tells at once', async () => {
    const { world, id, seen, context } = await watching('hh hh');
    world.host.restarts = 1;
    const { summary, facts } = await watch.run(context);
    const found = seen().slice(2);
    expect(found.map(({ checks }) => checks[0]?.state)).toEqual([
      'degraded',
      ...found.slice(1).map(() => 'healthy'),
    ]);
    expect(found.length).toBe(4);
    expect(summary).toBe('6 checks, 1 unhealthy, 1 restart');
    expect(facts?.unhealthy).toMatchObject({ checks: 1, of: 6, restarts: 1, side: 'slot' });
    const alerts = world.records.journal(id).filter(({ type }) => /alerted|recovered/.test(type));
    expect(alerts).toMatchObject([
      {
        type: 'alerted',
        reason: expect.stringMatching(/^on host-1, .* restarted it once since the switch$/),
      },
      { type: 'recovered' },
    ]);
  });

  test('goes back from a service that answers well between its deaths', async () => {
    const { world, seen, context } = await watching('hh hh hh hh hh');
    world.host.restarts = 2;
    await watch.run(context);
    expect(seen().at(-1)?.checks[0]).toMatchObject({ state: 'unavailable', restarts: 2 });
  });

  test.each([
    ['a link that breaks', linkLost('host-1')],
    ['a host that is down', new HostUnreachable('down', { code: 'host-down', next: 'Start it.' })],
  ])('takes %s for an answer that is missing, and hears the other host', async (_name, error) => {
    const { world, seen, context } = await watching('hh hh hh hh hh');
    const { hosts } = world.ports;
    let tries = 0;
    world.ports.hosts = {
      ...hosts,
      open: async (settings_, signal) => {
        tries += 1;
        if (settings_.name === 'host-1' && tries < 3) throw error;
        return hosts.open(settings_, signal);
      },
    };
    const { warnings } = await watch.run(context);
    const [first] = seen().slice(-2);
    expect(first?.checks.map(({ state }) => state)).toEqual(['unknown', 'healthy']);
    expect(warnings).toEqual([expect.stringContaining('1 check got no answer')]);
  });

  test('ends when somebody takes the deployment back', async () => {
    const { world, id, context } = await watching();
    world.host.on['slot-state'] = async () => {
      await world.records.append(id, { type: 'rollback-requested', at: 1, reason: 'bad' });
      return undefined;
    };
    await expect(watch.run(context)).rejects.toMatchObject({ code: 'interrupted' });
  });
});
