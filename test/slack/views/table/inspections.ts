import * as fc from 'fast-check';
import type {
  Inspection,
  InspectionRequest,
  InspectionResult,
} from '../../../../src/deploy/inspections/inspection.ts';
import { type Facts, FactsSchema } from '../../../../src/deploy/record/facts.ts';
import type { Target } from '../../../../src/deploy/settings/settings.ts';
import { ids } from '../../../../src/slack/contract/values.ts';
import { comparisonBlocks } from '../../../../src/slack/views/approval/changes.ts';
import { hostConfigs } from '../../../../src/slack/views/approval/config-changes.ts';
import * as answers from '../../../../src/slack/views/inspections/answer.ts';
import { findingBlocks } from '../../../../src/slack/views/inspections/findings.ts';
import { logParts } from '../../../../src/slack/views/inspections/log.ts';
import { exampleFacts } from '../../../support/events.ts';
import { CHANNEL, REQUESTER } from '../../../support/settings.ts';
import { byName, many, name, number, person, slot, target, targetOf, text } from './drawn.ts';
import { deployment } from './drawn-deployment.ts';
import { view } from './entry.ts';

type Result = [InspectionRequest, InspectionResult];
type Found = InspectionResult & { kind: 'found' };
type Findings = Found['findings'];

const asked = {
  id: 'i1',
  at: 0,
  service: 'argo-trading',
  environment: 'production',
  origin: { user: REQUESTER, channel: CHANNEL, team: 'T0SANDBOX' },
};
const found = (findings: Findings, warnings: string[] = []): Found => ({
  kind: 'found',
  findings,
  warnings,
});
const compared: Facts = FactsSchema.parse(exampleFacts);
const change = { key: 'massive.api_key', was: '11111111', now: '22222222' };
const line = '2026-11-23T16:02:49 argo INFO signals refreshed in 12 ms';
const log = (lines: number): Findings => ({
  kind: 'logs',
  logs: [{ host: 'host-1', unit: 'argo-trading-blue.service', log: `${line}\n`.repeat(lines) }],
});
const live = {
  slot: 'blue',
  live: true,
  release: 'r2',
  state: 'healthy',
  ms: 12,
  detail: '',
} as const;

const results: Record<string, Result> = {
  'health of three hosts, one of them away': [
    { kind: 'health', ...asked },
    found(
      {
        kind: 'health',
        slots: {
          'host-1': [
            live,
            {
              slot: 'green',
              live: false,
              state: 'stopped',
              ms: 0,
              detail: 'argo-trading-green is inactive',
            },
          ],
          'host-2': [{ ...live, state: 'unavailable', ms: 1_840, detail: 'HTTP 503' }],
        },
      },
      ['host-3 gave no answer: SSH timed out'],
    ),
  ],
  'a short log': [{ kind: 'logs', ...asked, slot: 'idle' }, found(log(3))],
  'a log that does not fit': [
    { kind: 'logs', ...asked, slot: 'blue', lines: 400 },
    found(log(400)),
  ],
  'no log': [{ kind: 'logs', ...asked, slot: 'idle' }, found(log(0))],
  'a diff': [{ kind: 'diff', ...asked, ref: 'v2' }, found({ kind: 'diff', facts: compared })],
  'a valid config': [
    { kind: 'config-check', ...asked },
    found({ kind: 'config-check', values: 12, tried: 1 }, [
      'massive.api_key begins or ends with white space',
    ]),
  ],
  'another config on two hosts': [
    { kind: 'config-diff', ...asked },
    found({
      kind: 'config-diff',
      configs: {
        'host-1': {
          changes: [],
          drift: [{ path: '/opt/argo/config.json', kind: 'edited', changes: [change] }],
        },
        'host-2': { changes: [change], drift: [] },
        'host-3': { changes: [change], drift: [] },
      },
    }),
  ],
  'a config before the first deployment': [
    { kind: 'config-diff', ...asked },
    found({
      kind: 'config-diff',
      configs: { 'host-1': { changes: [{ ...change, was: undefined }], drift: [], isNew: true } },
    }),
  ],
  'the config of every host': [
    { kind: 'config-diff', ...asked },
    found({ kind: 'config-diff', configs: { 'host-1': { changes: [], drift: [] } } }),
  ],
  'a host that is away': [
    { kind: 'logs', ...asked, slot: 'green', lines: 100 },
    {
      kind: 'failed',
      failure: {
        code: 'host-unreachable',
        message: 'SSH timed out',
        host: 'host-1',
        next: 'On the bot’s machine: `ssh host-1`.',
      },
    },
  ],
};

const drawnFindings: fc.Arbitrary<Findings> = fc.oneof(
  fc.record({
    kind: fc.constant('health' as const),
    slots: byName(
      fc.array(
        fc.record({
          slot,
          live: fc.boolean(),
          release: text,
          state: fc.constantFrom('healthy' as const, 'unavailable' as const, 'stopped' as const),
          ms: number,
          detail: text,
        }),
        { maxLength: 2 },
      ),
      50,
    ),
  }),
  fc.record({
    kind: fc.constant('logs' as const),
    logs: many(fc.record({ host: text, unit: text, log: text.map((one) => one.repeat(20)) }), 50),
  }),
  deployment.map(({ facts }): Findings => ({ kind: 'diff', facts })),
  fc.record({ kind: fc.constant('config-check' as const), values: number, tried: number }),
  deployment.map(({ facts }): Findings => ({ kind: 'config-diff', configs: configsOf(facts) })),
);

function configsOf({ hosts, configChanges }: Facts) {
  const changes = configChanges ?? [];
  return Object.fromEntries(Object.keys(hosts ?? {}).map((host) => [host, { changes, drift: [] }]));
}

const drawnRequest: fc.Arbitrary<InspectionRequest> = fc
  .tuple(name, name, text, person)
  .map(([service, environment, ref, user]) => ({
    ...asked,
    kind: 'diff',
    service,
    environment,
    ref,
    origin: { ...asked.origin, user },
  }));
const drawnResult: fc.Arbitrary<InspectionResult> = fc.oneof(
  fc.record({
    kind: fc.constant('found' as const),
    findings: drawnFindings,
    warnings: many(text, 60),
  }),
  fc.record({
    kind: fc.constant('failed' as const),
    failure: fc.record({ code: name, message: text, next: text, host: text }),
  }),
);

const answered: Record<string, [answers.Inspected]> = Object.fromEntries(
  Object.entries(results).map(([state, [request, result]]) => [
    state,
    [{ request, result, target: threeHosts() }],
  ]),
);
const drawnInspected: fc.Arbitrary<answers.Inspected> = fc.record({
  request: drawnRequest,
  result: drawnResult,
  target,
});
function threeHosts(): Target {
  const one = targetOf();
  const [first] = one.place.hosts;
  if (!first) throw new Error('the example settings have a host');
  const hosts = ['host-1', 'host-2', 'host-3'].map((host) => ({ ...first, name: host }));
  return { ...one, place: { ...one.place, hosts } };
}

const onlyFound = <Args>(args: (one: Found) => Args): Record<string, Args> =>
  Object.fromEntries(
    Object.entries(results).flatMap(([state, [, one]]) =>
      one.kind === 'found' ? [[state, args(one)]] : [],
    ),
  );
const late = (starts: number): [Inspection, string] => [
  { request: { kind: 'health', ...asked }, starts },
  'bot-1',
];

/** What one person is answered to `/argo health`, `logs`, `diff` and `config`, and what a channel gets of it. */
export const inspections = [
  view(answers.inspectionAnswer)({
    states: () => answered,
    drawn: fc.tuple(drawnInspected),
    may: () => [ids.shareInspection, ids.wholeLog],
  }),
  view(answers.sharedInspection)({
    states: () =>
      Object.fromEntries(
        Object.entries(answered).map(([state, args]) => [state, [...args, 'U0BEN']]),
      ),
    drawn: fc.tuple(drawnInspected, person),
  }),
  view(answers.inspectionLate)({
    states: () => ({ 'no worker': late(0), 'a worker': late(1) }),
    drawn: fc
      .record({ request: drawnRequest, starts: fc.nat() })
      .map((one): [Inspection, string] => [one, 'bot-1']),
  }),
  view(answers.wholeLogModal)({
    states: () => ({ long: answered['a log that does not fit'] ?? raise() }),
    drawn: fc.tuple(drawnInspected),
  }),
  view(findingBlocks)({
    states: () => onlyFound(({ findings }): [Findings, Target] => [findings, targetOf()]),
    drawn: fc.tuple(drawnFindings, target),
  }),
  view(logParts)({
    states: () => onlyFound((one): [InspectionResult, 'end'] => [one, 'end']),
    drawn: fc.tuple(drawnResult, fc.constant('end' as const)),
  }),
  view(comparisonBlocks)({
    states: () => ({ 'a diff': [compared, targetOf()] }),
    drawn: fc.tuple(
      deployment.map(({ facts }) => facts),
      target,
    ),
  }),
  view(hostConfigs)({
    states: () => ({
      'two hosts': [{ 'host-1': { changes: [change] }, 'host-2': { changes: [change] } }],
    }),
    drawn: deployment.map(({ facts }): [ReturnType<typeof configsOf>] => [configsOf(facts)]),
  }),
];

function raise(): never {
  throw new Error('no such state');
}
