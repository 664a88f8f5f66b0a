import { describe, expect, test } from '@jest/globals';
import { type Decision, decisionsOf, isoOf } from '../../../src/deploy/audit/decisions.ts';
import {
  createVerifier,
  parseDecision,
  chainEnd,
  sealEntry,
} from '../../../src/deploy/audit/chain.ts';
import type { DeploymentEvent } from '../../../src/deploy/record/events.ts';
import { request } from '../../support/stage-context.ts';

const at = Date.UTC(2026, 10, 1);
const when = '2026-11-01T00:00:00.000Z';
const deployment = { id: 'd1', request: request() };
const { service, environment } = deployment.request;
const decided = (...events: DeploymentEvent[]) => decisionsOf(deployment, events);

/** Deeper than the stack reaches. */
const deep = `{"at":"${when}","kind":"x","person":"U1","outcome":"x","n":2,"previous":"","hash":"${'0'.repeat(64)}","more":${'['.repeat(20_000)}${']'.repeat(20_000)}}`;

function chainOf(decisions: readonly Decision[]): string[] {
  let { head } = chainEnd(undefined, 0);
  return decisions.map((decision) => {
    const next = sealEntry(head, decision);
    head = next.head;
    return next.json;
  });
}

const chain = chainOf(
  Array.from({ length: 6 }, (_, n) => ({ at: when, kind: 'lock', person: `U${n}`, outcome: 'x' })),
);

function verifiedChain(lines: readonly string[], wanted?: string) {
  const verifier = createVerifier(wanted);
  for (const line of lines) verifier.verifyNext(line);
  return verifier;
}

describe('what the audit records of a journal', () => {
  test.each<[DeploymentEvent, Partial<Decision>]>([
    [
      { type: 'voted', at, by: 'U1', digest: 'f00', note: 'fine' },
      {
        kind: 'approval',
        person: 'U1',
        digest: 'f00',
        note: 'fine',
        outcome: 'more approvals needed',
      },
    ],
    [
      { type: 'approved', at, by: 'U1', digest: 'f00' },
      { kind: 'approval', person: 'U1', digest: 'f00', outcome: 'approved' },
    ],
    [
      { type: 'approved', at, by: 'U1', digest: 'f00', note: 'now', brokeGlass: 'outage' },
      { kind: 'break-glass', person: 'U1', digest: 'f00', note: 'outage; now' },
    ],
    [
      { type: 'rejected', at, by: 'U1', reason: 'Friday', digest: 'f00' },
      { kind: 'rejection', person: 'U1', digest: 'f00', note: 'Friday' },
    ],
    [
      { type: 'cancel-requested', at, by: 'U1', digest: 'f00' },
      { kind: 'cancel', person: 'U1', digest: 'f00' },
    ],
    [
      { type: 'acknowledged', at, by: 'U1', digest: 'f00' },
      { kind: 'acknowledgement', person: 'U1', digest: 'f00' },
    ],
    [
      { type: 'snoozed', at, by: 'U1', until: at, digest: 'f00' },
      { kind: 'snooze', person: 'U1', digest: 'f00', outcome: `snoozed until ${when}` },
    ],
    [
      { type: 'rollback-requested', at, by: 'U1', reason: 'slow', digest: 'f00' },
      { kind: 'rollback', person: 'U1', digest: 'f00', note: 'slow' },
    ],
    [
      { type: 'rollback-requested', at, reason: 'HTTP 503' },
      { kind: 'rollback', person: 'argo-bot', note: 'HTTP 503' },
    ],
    [
      { type: 'finished', at, ending: 'succeeded' },
      { kind: 'end', person: 'argo-bot', outcome: 'succeeded' },
    ],
  ])('%j', (event, expected) => {
    const same = { at: when, service, environment, deployment: 'd1' };
    expect(decided(event)).toEqual([expect.objectContaining({ ...same, ...expected })]);
  });

  test('a request says what was requested, and whether it waits', () => {
    const requested: DeploymentEvent = {
      type: 'requested',
      at,
      id: 'd1',
      request: request({ ref: 'v2', dryRun: true }),
    };
    expect(decided(requested)).toMatchObject([
      { kind: 'request', asked: 'deploy v2 (dry run)', outcome: 'started' },
    ]);
    expect(decided(requested, { type: 'queued', at })).toMatchObject([{ outcome: 'queued' }]);
  });

  test('the work of argo-bot is no decision', () => {
    expect(
      decided({ type: 'intent', at, stage: 'switch' }, { type: 'checked', at, checks: [] }),
    ).toEqual([]);
  });

  test.each([NaN, Infinity, 1e300])('the time %d, which is no date, throws nothing', (time) => {
    expect(isoOf(time)).toBe(String(time));
  });
});

describe('a chain', () => {
  test('as it was written fits, and its head is the last hash', () => {
    const verifier = verifiedChain(chain);
    expect(verifier.misfit()).toBeUndefined();
    expect(verifier.head().n).toBe(6);
    expect(chain[5]).toContain(verifier.head().hash);
  });

  test.each<[string, number, (lines: string[]) => void]>([
    ['changed', 3, (lines) => (lines[2] = lines[2]?.replace('U2', 'U9') ?? '')],
    ['changed and hashed anew', 4, (lines) => rehash(lines, 2)],
    ['given the same field twice', 3, (lines) => (lines[2] = `{"kind":"y",${lines[2]?.slice(1)}`)],
    ['replaced by a deep one', 2, (lines) => (lines[1] = deep)],
    ['replaced by garbage', 2, (lines) => (lines[1] = 'garbage')],
    ['removed', 3, (lines) => void lines.splice(2, 1)],
    ['removed from the beginning', 1, (lines) => void lines.shift()],
    ['added', 3, (lines) => void lines.splice(2, 0, lines[1] ?? '')],
    ['moved', 2, (lines) => void lines.splice(1, 0, ...lines.splice(3, 1))],
  ])('an entry that was %s is named', (_what, n, act) => {
    const lines = [...chain];
    act(lines);
    expect(verifiedChain(lines).misfit()).toMatchObject({ n });
  });

  test('without its last entries fits, but has not the head that somebody kept', () => {
    const { hash } = verifiedChain(chain).head();
    const cut = verifiedChain(chain.slice(0, 4), hash);
    expect(cut.misfit()).toBeUndefined();
    expect(cut.has(hash)).toBe(false);
  });

  test('that has grown still has the head that somebody kept', () => {
    const { hash } = verifiedChain(chain.slice(0, 3)).head();
    expect(verifiedChain(chain, hash).has(hash)).toBe(true);
  });

  test('is built on after an entry that cannot be read, which stays the first that does not fit', () => {
    const { head, mark } = chainEnd('garbage', 3);
    expect(mark).toBe('');
    const lines = [...chain.slice(0, 2), 'garbage', sealEntry(head, parseDecision('{}')).json];
    expect(verifiedChain(lines).misfit()).toMatchObject({ n: 3 });
    expect(verifiedChain(lines).head().n).toBe(4);
  });

  test('takes a field that only a newer version knows, and covers it', () => {
    const { head } = chainEnd(undefined, 0);
    const decision = parseDecision(
      JSON.stringify({ at: when, kind: 'new', person: 'U1', outcome: 'x', more: 'b' }),
    );
    const { json } = sealEntry(head, decision);
    expect(verifiedChain([json]).misfit()).toBeUndefined();
    expect(verifiedChain([json.replace('"b"', '"c"')]).misfit()).toMatchObject({ n: 1 });
  });

  test.each(['', 'null', '[]', '{"at":1}', '{', deep])(
    'a line %.99j that waits is sealed as it is',
    (line) => {
      expect(parseDecision(line)).toMatchObject({
        kind: 'unreadable',
        note: line.slice(0, 1_000),
      });
    },
  );

  test('a decision cannot bring a number or a hash of its own', () => {
    const forged = parseDecision(
      JSON.stringify({
        at: when,
        kind: 'x',
        person: 'U',
        outcome: 'x',
        n: 9,
        hash: 'a',
        previous: 'b',
      }),
    );
    const { json } = sealEntry(chainEnd(undefined, 0).head, forged);
    expect(verifiedChain([json]).misfit()).toBeUndefined();
  });
});

/** As somebody would who knows how the hash is made. */
function rehash(lines: string[], index: number): void {
  const { person: _person, ...decision } = parseDecision(lines[index] ?? '');
  const before = chainEnd(lines[index - 1], index).head;
  lines[index] = sealEntry(before, { ...decision, person: 'U9' }).json;
}
