import { expect, test } from '@jest/globals';
import type { KnownBlock } from '@slack/types';
import * as fc from 'fast-check';
import type { Deployment, StageState } from '../../../src/deploy/deployment.ts';
import { fold } from '../../../src/deploy/fold.ts';
import { type DeployRequest, Ending, RequestSchema } from '../../../src/deploy/events.ts';
import type { Facts } from '../../../src/deploy/facts.ts';
import { findTarget } from '../../../src/deploy/settings.ts';
import { messagesOf } from '../../../src/slack/views/messages.ts';
import { rejectModal } from '../../../src/slack/views/reject-modal.ts';
import { refuseView } from '../../../sandbox/workspace/blocks/view.ts';
import { settings } from '../../support/settings.ts';
import { problemsOf } from '../../support/slack-limits.ts';

const nasty = [
  '<!channel>',
  '<@U0EVERYONE>',
  '<!here|x>',
  '&lt;!channel&gt;',
  '*bold* _it_ ~no~ `code`',
  '```fence```',
  '\u202Eright to left\u202C',
  'سلام עולם',
  '👩‍👩‍👧‍👦🏳️‍🌈',
  '\u0000\u001B[31m',
  '\uD83D',
  'a\nb\r\nc',
  '<https://evil|click>',
  '&'.repeat(400),
];
/** Text from outside: short and long, plain and hostile. */
const text = fc.oneof(
  fc.constantFrom(...nasty),
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc
    .array(fc.constantFrom(...nasty, 'word', 'x'.repeat(90)), { maxLength: 40 })
    .map((parts) => parts.join(' ')),
);
const some = fc.string({ minLength: 1, maxLength: 300 });
const number = fc.integer({ min: 0, max: 4_000_000 });
const slot = fc.constantFrom('blue' as const, 'green' as const);
const commit = fc.record({ sha: some, author: text, subject: text, at: number });
const paths = fc.array(text, { maxLength: 400 });

const change = fc.record({ key: text, was: text, now: text }, { requiredKeys: ['key'] });

const drift = fc.array(
  fc.record(
    {
      path: text,
      kind: fc.constantFrom('edited' as const, 'removed' as const, 'foreign' as const),
      changes: fc.array(change, { maxLength: 60 }),
    },
    { requiredKeys: ['path', 'kind'] },
  ),
  { maxLength: 20 },
);

const facts = fc.record(
  {
    release: text,
    commit,
    commits: fc.array(commit, { maxLength: 400 }),
    fileCount: number,
    diff: fc.record({ added: paths, changed: paths, deleted: paths }),
    fileChanges: fc.array(
      fc.record(
        {
          hosts: fc.array(text, { maxLength: 50 }),
          from: text,
          added: number,
          changed: number,
          deleted: number,
        },
        { requiredKeys: ['hosts', 'added', 'changed', 'deleted'] },
      ),
      { maxLength: 50 },
    ),
    leftOut: fc.array(fc.record({ by: text, count: number, paths }), { maxLength: 12 }),
    configChanges: fc.array(change, { maxLength: 60 }),
    configOnHosts: fc.dictionary(
      some,
      fc.record({ changes: fc.array(change, { maxLength: 60 }), drift }),
      { maxKeys: 50 },
    ),
    slot,
    unitDiff: text,
    exposure: fc.record({ now: number, before: number }),
    switchedAt: number,
    rollbackTo: fc.record({ release: text, slot }),
    hosts: fc.dictionary(
      some,
      fc.record({ slots: fc.constant({}), freeMb: number, liveRelease: text, drift }),
      { maxKeys: 50 },
    ),
  },
  { requiredKeys: [] },
);
const failure = fc.record({
  code: fc.constantFrom('broken', 'slot-is-live'),
  message: text,
  next: text,
  host: text,
  log: text,
});
const stage = fc.record({
  status: fc.constantFrom('pending', 'running', 'done', 'skipped', 'failed'),
  title: text.map((title) => title.trim() || 'Title'),
  summary: text,
  ms: number,
  warnings: fc.array(text, { maxLength: 20 }),
  failure,
});
const person = fc.oneof(fc.constantFrom('U0ALICE', 'W0BOB'), text);
const decision = fc.oneof(
  fc.record({ kind: fc.constant('approved' as const), by: person, at: number }),
  fc.record({ kind: fc.constant('rejected' as const), by: person, at: number, reason: text }),
  fc.record({ kind: fc.constant('expired' as const), at: number }),
  fc.record({ kind: fc.constant('voided' as const), at: number, reason: text }),
);
const state = fc.record(
  {
    gate: fc.oneof(
      fc.record({ digest: some, openedAt: number, expiresAt: number }),
      fc.record({ digest: some, openedAt: number, expiresAt: number, decision }),
    ),
    alerts: fc.array(
      fc.record(
        {
          fingerprint: text,
          reason: text,
          at: number,
          raisedAt: number,
          count: fc.integer({ min: 1, max: 900 }),
          snoozed: fc.record({ by: text, until: number }),
        },
        { requiredKeys: ['fingerprint', 'reason', 'at', 'raisedAt', 'count'] },
      ),
      { maxLength: 4 },
    ),
    rollback: fc.record({ at: number, reason: text, by: person }),
    finished: fc.record({ at: number, ending: fc.constantFrom(...Ending.options) }),
    due: fc.constantFrom(
      'prepare' as const,
      'release' as const,
      'watch' as const,
      'rollback' as const,
      'cleanup' as const,
    ),
    cancelledBy: person,
    checks: fc.array(
      fc.record({
        at: number,
        host: some,
        state: fc.constantFrom('healthy', 'degraded', 'unavailable', 'unknown'),
        ms: number,
        detail: text,
      }),
      { maxLength: 100 },
    ),
  },
  { requiredKeys: [] },
);

const deployment = fc
  .record({
    kind: fc.constantFrom('deploy' as const, 'rollback' as const),
    dryRun: fc.boolean(),
    plan: fc.constantFrom(...RequestSchema.shape.plan.unwrap().options),
    strategy: fc.constantFrom(...RequestSchema.shape.strategy.unwrap().options),
    stages: fc.array(stage, { maxLength: 24 }),
    facts,
    state,
    user: person,
    names: fc.tuple(text, text),
    ref: text,
  })
  .map(build);

function build(drawn: {
  kind: 'deploy' | 'rollback';
  dryRun: boolean;
  plan: DeployRequest['plan'];
  strategy: DeployRequest['strategy'];
  stages: object[];
  facts: Facts;
  state: object;
  user: string;
  names: [string, string];
  ref: string;
}): Deployment {
  const [service, environment] = drawn.names;
  const origin = { user: drawn.user, channel: 'C0DEPLOYS', team: 'T0' };
  const request = {
    kind: drawn.kind,
    service,
    environment,
    slot: 'green' as const,
    dryRun: drawn.dryRun,
    plan: drawn.plan,
    strategy: drawn.strategy,
    ref: drawn.ref,
    origin,
  };
  const base = fold([{ type: 'requested', at: 0, id: 'd1', request }]);
  const stages = base.stages.map((known, index): StageState => ({
    ...known,
    ...drawn.stages[index],
  }));
  return { ...base, ...drawn.state, stages, facts: drawn.facts, updatedAt: 4_000_000 };
}

const found = findTarget(settings());
const target = found.kind === 'found' ? found.target : undefined;

test.each(['plan', 'classic'] as const)(
  'no deployment makes a %s message that Slack refuses, or that pings',
  (style) => {
    fc.assert(
      fc.property(deployment, fc.boolean(), (d, known) => {
        const views = messagesOf(d, { target: known ? target : undefined, style });
        expect(views.flatMap(problemsOf)).toEqual([]);
        expect(new Set(views.map(({ key }) => key)).size).toBe(views.length);
      }),
      { numRuns: 250 },
    );
  },
);

test('no deployment makes a reject form that Slack refuses', () => {
  fc.assert(
    fc.property(deployment, (d) => {
      const modal = rejectModal(d, { d: d.id, g: 'digest', channel: 'C0DEPLOYS', thread: '1.2' });
      expect(refuseView(modal, 'modal')).toBeUndefined();
    }),
    { numRuns: 50 },
  );
});

const view = (blocks: KnownBlock[], words = 'text') =>
  problemsOf({ key: 'k', where: 'thread', text: words, blocks });
const section = (words: string): KnownBlock => ({
  type: 'section',
  text: { type: 'mrkdwn', text: words },
});

test('the limits are not silently green: a planted fault of each kind is found', () => {
  expect(view([section('fine')])).toEqual([]);
  expect(view([section('x'.repeat(3_001))])).not.toEqual([]);
  expect(view([section('<!channel> hi')])).not.toEqual([]);
  expect(view([section('<https://evil|x>')])).not.toEqual([]);
  expect(view([section('fine')], 'x'.repeat(4_001))).not.toEqual([]);
  expect(view(Array.from({ length: 51 }, () => section('x')))).not.toEqual([]);
});
