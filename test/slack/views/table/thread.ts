import * as fc from 'fast-check';
import type { Deployment, StageState } from '../../../../src/deploy/record/deployment.ts';
import type { Target } from '../../../../src/deploy/settings/settings.ts';
import { alerts } from '../../../../src/slack/views/alert/alert.ts';
import { approval, breakGlass } from '../../../../src/slack/views/approval/approval.ts';
import { changeBlocks, packageBlocks } from '../../../../src/slack/views/approval/changes.ts';
import { chartsOf } from '../../../../src/slack/views/chart/charts.ts';
import { checklist } from '../../../../src/slack/views/thread/checklist.ts';
import {
  configBlocks,
  driftBlocks,
  driftOf,
} from '../../../../src/slack/views/approval/config-changes.ts';
import {
  blamed,
  failureBlocks,
  logButton,
  newCommits,
  rollbackButton,
  rollbackButtons,
} from '../../../../src/slack/views/thread/failure.ts';
import { fileBlocks } from '../../../../src/slack/views/approval/file-changes.ts';
import { queueMessages } from '../../../../src/slack/views/thread/queue.ts';
import { messagesOf } from '../../../../src/slack/views/messages.ts';
import type { ViewContext } from '../../../../src/slack/views/parts/painted-view.ts';
import { result } from '../../../../src/slack/views/thread/result.ts';
import { rollback, unlockButton } from '../../../../src/slack/views/thread/rollback.ts';
import { stageLog } from '../../../../src/slack/views/thread/stage-log.ts';
import { summary } from '../../../../src/slack/views/thread/summary.ts';
import { GROUP, OPERATOR } from '../../../support/settings.ts';
import { deployments, stateNamed } from './deployments.ts';
import { many, person, target, targetOf, text } from './drawn.ts';
import { deployment } from './drawn-deployment.ts';
import { type Payload, view } from './entry.ts';
import { commit, failed } from './failures.ts';

const plan: ViewContext = { target: targetOf(), style: 'plan' };
const context: fc.Arbitrary<ViewContext> = fc.record({
  target,
  style: fc.constantFrom('plan' as const, 'classic' as const),
});

const withAuthors: fc.Arbitrary<ViewContext> = fc.record({
  target,
  style: fc.constant('plan' as const),
  authors: fc.oneof(
    fc.constant('unknown' as const),
    fc.record({
      people: fc.array(person, { maxLength: 60 }).map((ids) => new Set(ids)),
      unmatched: many(fc.record({ name: text, email: text }), 60),
    }),
  ),
});

/** The card where the authors must not approve, and two people have to. */
function byAuthors(): Record<string, [Deployment, ViewContext]> {
  const two = targetOf();
  const place = { ...two.place, approval: { ...two.place.approval, approvers: 2 } };
  place.access = { ...place.access, break_glass: [GROUP] };
  const shown: ViewContext = { target: { ...two, place }, style: 'plan' };
  const unmatched = [{ name: 'Eve <!channel>', email: 'eve@elsewhere.example' }];
  const d = stateNamed('approved by the first of two');
  return {
    'authors matched': [d, { ...shown, authors: { people: new Set([OPERATOR]), unmatched: [] } }],
    'authors not matched': [d, { ...shown, authors: { people: new Set(), unmatched } }],
    'authors unknown': [d, { ...shown, authors: 'unknown' }],
  };
}

/** Every state of a deployment; of some, the rendering for workspaces that take no plan as well. */
const painted = {
  states: () => given((d): [Deployment, ViewContext] => [d, plan]),
  drawn: fc.tuple(deployment, context),
};
const targeted = {
  states: () => given((d): [Deployment, Target | undefined] => [d, plan.target]),
  drawn: fc.tuple(deployment, target),
};
const alone = {
  states: () => given((d): [Deployment] => [d]),
  drawn: fc.tuple(deployment),
};
const ofFacts = {
  states: () => given(({ facts }): [Deployment['facts']] => [facts]),
  drawn: deployment.map(({ facts }): [Deployment['facts']] => [facts]),
};

const blame = {
  path: 'argo/api/health.py',
  line: 12,
  sha: '1a2b3c4d5e6f7a8b9c0d1a2b3c4d5e6f7a8b9c0d',
  author: 'Ada',
  subject: 'Report the *status* first',
};

/** Any stage, as long as it is one of the deployment. */
function stageOf({ stages }: Deployment): StageState {
  const noun = 'checks';
  return (
    stages[0] ?? {
      name: 'checks',
      title: noun,
      noun,
      phase: 'prepare',
      status: 'failed',
      warnings: [],
    }
  );
}

function given<Args>(args: (d: Deployment) => Args): Record<string, Args> {
  return Object.fromEntries(
    Object.entries(deployments()).map(([name, d]): [string, Args] => [name, args(d)]),
  );
}

function classic(...names: string[]): Record<string, [Deployment, ViewContext]> {
  const all = given((d): [Deployment, ViewContext] => [d, { target: undefined, style: 'classic' }]);
  const chosen = Object.entries(all).filter(([name]) => names.includes(name));
  return Object.fromEntries(chosen.map(([name, args]) => [`${name}, without a plan block`, args]));
}

const logOfTests = { noun: 'checks', text: 'FAILED test_book.py::test_cross <!channel>' };

function keysOf(payload: Payload): string {
  const messages = Array.isArray(payload) ? payload : [payload];
  return messages.map((one) => ('key' in one ? one.key : '?')).join('\n');
}

/** As it is once the traffic has moved: pictures begin there. */
function measured(d: Deployment): Deployment {
  const switchedAt = (d.checks[0]?.at ?? d.updatedAt) - 5_000;
  return { ...d, facts: { ...d.facts, switchedAt, baseline: { 'host-1': [10, 11, 12, 40] } } };
}

/** The messages of a deployment, and what they are put together from. */
export const thread = [
  // What each message says stands in the golden files below.
  view(messagesOf)({ ...painted, shown: keysOf }),
  view(summary)(painted),
  view(checklist)({
    ...painted,
    states: () => ({ ...painted.states(), ...classic('queued', 'failed', 'being watched') }),
  }),
  view(queueMessages)(painted),
  view(approval)({
    ...painted,
    states: () => ({ ...painted.states(), ...byAuthors() }),
    drawn: fc.tuple(deployment, withAuthors),
  }),
  view(breakGlass)(painted),
  view(alerts)(painted),
  view(rollback)(alone),
  view(result)(painted),
  view(chartsOf)({ ...alone, states: () => given((d) => [measured(d)]) }),
  view(changeBlocks)(targeted),
  view(fileBlocks)(ofFacts),
  view(packageBlocks)(ofFacts),
  view(configBlocks)(ofFacts),
  view(driftBlocks)({
    states: () => given((d): [ReturnType<typeof driftOf>] => [driftOf(d)]),
    drawn: deployment.map((d): [ReturnType<typeof driftOf>] => [driftOf(d)]),
  }),
  view(failureBlocks)(targeted),
  view(blamed)({
    states: () => ({ found: [blame], nothing: [undefined] }),
    drawn: deployment.map(({ facts }): [Deployment['facts']['blame']] => [facts.blame]),
  }),
  view(newCommits)({
    states: () => ({
      two: [failed('service-dies'), { commits: [commit, commit] }],
      many: [failed('smoke-test'), { commits: [commit, commit, commit, commit] }],
      blamed: [{ ...failed('unhealthy'), blame }, { commits: [commit] }],
      'not of the code': [failed('no-room'), { commits: [commit] }],
    }),
    drawn: deployment.map(({ facts }): Parameters<typeof newCommits> => [
      failed('degraded'),
      facts,
    ]),
  }),
  view(logButton)({
    states: () => given((d): [Deployment, StageState] => [d, stageOf(d)]),
    drawn: deployment.map((d): [Deployment, StageState] => [d, stageOf(d)]),
  }),
  view(unlockButton)(alone),
  view(rollbackButton)(alone),
  view(rollbackButtons)(alone),
  view(stageLog)({
    states: () => ({
      short: [logOfTests.noun, logOfTests.text],
      long: [logOfTests.noun, `${logOfTests.text}\n`.repeat(60)],
      empty: [logOfTests.noun, ''],
    }),
    drawn: fc.tuple(text, text),
  }),
];
