import * as fc from 'fast-check';
import type { Deployment, StageState } from '../../../../src/deploy/record/deployment.ts';
import { Ending, RequestKind, RequestSchema } from '../../../../src/deploy/record/events.ts';
import type { Facts } from '../../../../src/deploy/record/facts.ts';
import { fold } from '../../../../src/deploy/record/fold.ts';
import { at, byName, commit, many, number, person, slot, some, text } from './drawn.ts';

const paths = many(text, 400);
const change = fc.record({ key: text, was: text, now: text }, { requiredKeys: ['key'] });
const drift = many(
  fc.record(
    {
      path: text,
      kind: fc.constantFrom('edited' as const, 'removed' as const, 'foreign' as const),
      changes: many(change, 12),
    },
    { requiredKeys: ['path', 'kind'] },
  ),
  6,
);
const downtime = byName(fc.record({ ms: number, atMost: fc.boolean() }), 50);
const health = fc.record(
  {
    slot,
    live: fc.boolean(),
    release: text,
    state: fc.constantFrom(
      'healthy' as const,
      'degraded' as const,
      'unavailable' as const,
      'stopped' as const,
    ),
    ms: number,
    detail: text,
  },
  { requiredKeys: ['slot', 'live', 'state', 'ms', 'detail'] },
);
const fileChange = fc.record(
  { hosts: many(text, 50), from: text, added: number, changed: number, deleted: number },
  { requiredKeys: ['hosts', 'added', 'changed', 'deleted'] },
);
const blame = fc.record({ path: text, line: number, sha: text, author: text, subject: text });
const host = fc.record(
  { slots: fc.constant({}), live: slot, freeMb: number, liveRelease: text, drift },
  { requiredKeys: ['slots', 'freeMb'] },
);

const facts: fc.Arbitrary<Facts> = fc.record(
  {
    release: text,
    blame,
    causes: byName(text, 50),
    commit,
    commits: many(commit, 400),
    fileCount: number,
    diff: fc.record({ added: paths, changed: paths, deleted: paths }),
    fileChanges: many(fileChange, 50),
    packageChanges: fc.record({
      count: number,
      some: many(
        fc.record({ package: text, before: text, after: text }, { requiredKeys: ['package'] }),
        200,
      ),
    }),
    leftOut: many(fc.record({ by: text, count: number, paths }), 12),
    configFingerprints: byName(some, 100),
    configChanges: many(change, 60),
    configOnHosts: byName(fc.record({ changes: many(change, 20), drift }), 50),
    healthOnHosts: byName(many(health, 2), 50),
    slot,
    unitDiff: text,
    exposure: fc.record({ now: number, before: number }),
    unwatched: fc.boolean(),
    unhealthy: fc.record(
      {
        checks: number,
        of: number,
        at: number,
        side: fc.constantFrom('slot', 'public'),
        restarts: number,
        detail: text,
      },
      { requiredKeys: ['checks', 'of', 'at', 'side', 'restarts'] },
    ),
    baseline: byName(many(number, 30), 50),
    switchedAt: number,
    downtime,
    downtimeBack: downtime,
    lastDowntimeMs: number,
    leftBehind: byName(text, 50),
    rollbackTo: fc.record({ release: text, slot }),
    hosts: byName(host, 50),
  },
  { requiredKeys: [] },
);

const failure = fc.record(
  {
    code: fc.constantFrom('broken', 'slot-is-live'),
    message: text,
    next: text,
    host: text,
    log: text,
    offers: many(
      fc.record({ release: text, at, subject: text, by: person }, { requiredKeys: ['release'] }),
      30,
    ),
  },
  { requiredKeys: ['code', 'message', 'next'] },
);
const stage = fc.record(
  {
    status: fc.constantFrom('pending', 'running', 'done', 'skipped', 'failed'),
    title: text.map((title) => title.trim() || 'Title'),
    summary: text,
    ms: number,
    warnings: many(text, 20),
    failure,
  },
  { requiredKeys: ['status', 'title', 'warnings'] },
);

const decision = fc.oneof(
  fc.record(
    { kind: fc.constant('approved' as const), by: person, at: number, brokeGlass: text },
    { requiredKeys: ['kind', 'by', 'at'] },
  ),
  fc.record({ kind: fc.constant('rejected' as const), by: person, at: number, reason: text }),
  fc.record({ kind: fc.constant('expired' as const), at: number }),
  fc.record({ kind: fc.constant('voided' as const), at: number, reason: text }),
);
const ending = fc.constantFrom(...Ending.options);
const votes = many(
  fc.record({ by: person, at: number, note: text }, { requiredKeys: ['by', 'at'] }),
  6,
);

const state = fc.record(
  {
    gate: fc.record(
      { digest: some, openedAt: number, expiresAt: number, votes, decision },
      { requiredKeys: ['digest', 'openedAt', 'expiresAt', 'votes'] },
    ),
    alerts: fc.array(
      fc.record(
        {
          fingerprint: text,
          reason: text,
          at: number,
          raisedAt: number,
          count: fc.integer({ min: 1, max: 900 }),
          acknowledgedBy: person,
          recoveredAt: number,
          snoozed: fc.record({ by: person, until: number }),
        },
        { requiredKeys: ['fingerprint', 'reason', 'at', 'raisedAt', 'count'] },
      ),
      { maxLength: 4 },
    ),
    rollback: fc.record(
      { at: number, reason: text, by: person },
      { requiredKeys: ['at', 'reason'] },
    ),
    superseded: fc.constant(true),
    stalled: fc.record({ at: number, message: text, next: text }),
    ending,
    finished: fc.record({ at: number, ending }),
    due: fc.constantFrom(
      'prepare' as const,
      'release' as const,
      'watch' as const,
      'rollback' as const,
      'cleanup' as const,
    ),
    cancelledBy: person,
    checks: many(
      fc.record(
        {
          at: number,
          host: some,
          state: fc.constantFrom('healthy', 'degraded', 'unavailable', 'unknown'),
          ms: number,
          detail: text,
          public: fc.record(
            {
              state: fc.constantFrom('healthy', 'degraded', 'unavailable', 'unknown'),
              ms: number,
              detail: text,
              stuck: text,
            },
            { requiredKeys: ['state', 'ms'] },
          ),
        },
        { requiredKeys: ['at', 'host', 'state', 'ms'] },
      ),
      100,
    ),
  },
  { requiredKeys: [] },
);

/** Any deployment there could be, and many that there could not. */
export const deployment: fc.Arbitrary<Deployment> = fc
  .record({
    kind: fc.constantFrom(...RequestKind.options),
    dryRun: fc.boolean(),
    strategy: fc.constantFrom('proxy' as const, 'restart' as const),
    slot: fc.constantFrom('blue' as const, 'green' as const, 'idle' as const),
    stages: fc.array(stage, { maxLength: 24 }),
    facts,
    state,
    user: person,
    service: text,
    environment: text,
    ref: text,
  })
  .map(build);

function build({
  stages: drawn,
  facts: known,
  state: now,
  user,
  ...asked
}: Record<'service' | 'environment' | 'ref', string> & {
  stages: object[];
  facts: Facts;
  state: object;
  user: string;
}): Deployment {
  const origin = { user, channel: 'C0DEPLOYS', team: 'T0' };
  const request = RequestSchema.parse({ ...asked, origin });
  const base = fold([{ type: 'requested', at: 0, id: 'd1', request }]);
  const stages = base.stages.map((one, index): StageState => ({ ...one, ...drawn[index] }));
  return { ...base, ...now, stages, facts: known, updatedAt: 4_000_000 };
}
