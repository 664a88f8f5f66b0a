import * as fc from 'fast-check';
import type { Deployment } from '../../../../src/deploy/record/deployment.ts';
import { policy } from '../../../../src/deploy/acts/policy.ts';
import { findTarget, type FoundTarget } from '../../../../src/deploy/settings/settings.ts';
import { parse, type Wrong } from '../../../../src/slack/grammar/parse.ts';
import * as answers from '../../../../src/slack/views/answers/answers.ts';
import { decisionReply } from '../../../../src/slack/views/answers/answers.ts';
import { historyView } from '../../../../src/slack/views/answers/history.ts';
import { interrupted } from '../../../../src/slack/views/thread/interrupted.ts';
import * as locks from '../../../../src/slack/views/answers/locks.ts';
import { placeBlocks, statusView } from '../../../../src/slack/views/answers/status.ts';
import { summary } from '../../../../src/slack/views/thread/summary.ts';
import {
  APPROVER,
  CHANNEL,
  ELSEWHERE,
  REQUESTER,
  settings,
  STRANGER,
} from '../../../support/settings.ts';
import { deployments, stateNamed } from './deployments.ts';
import { lock, many, name, person, place, text } from './drawn.ts';
import { deployment } from './drawn-deployment.ts';
import { view } from './entry.ts';
import { drawnPast, drawnPlaces, exampleLock, examplePast, examplePlaces } from './places.ts';

const PLACE = { service: 'argo-trading', environment: 'production' };
const OTHER = { ...PLACE, service: 'second' };

function typed(line: string): [Wrong] {
  const read = parse(line);
  if (read.kind !== 'wrong') throw new Error(`${line} is a right command`);
  return [read];
}

/** What people get wrong, and what somebody could try. */
const mistyped = fc
  .tuple(fc.constantFrom('', 'deploy ', 'deploy green ', 'lock ', 'rollback ', 'logs '), text)
  .map(([head, tail]) => parse(`${head}${tail}`))
  .filter((read) => read.kind === 'wrong')
  .map((read): [Wrong] => [read]);

type Missing = Exclude<FoundTarget, { kind: 'found' }>;

function missing(service?: string, environment?: string): [Missing, string] {
  const found = findTarget(settings(['second']), service, environment);
  if (found.kind === 'found') throw new Error('it is there');
  return [found, '/argo deploy'];
}

const drawnMissing: fc.Arbitrary<[Missing]> = fc
  .record({
    kind: fc.constantFrom('unknown' as const, 'ambiguous' as const),
    what: fc.constantFrom('service' as const, 'environment' as const),
    name: text,
    known: many(name, 60),
  })
  .map((found) => [found]);

/** The reasons that `policy` gives, which are our own words around names of argo.yml. */
function refusal(
  user: string,
  channel: string,
  changes: object = {},
): Parameters<typeof answers.denied> {
  const found = findTarget(settings([], changes));
  if (found.kind !== 'found') throw new Error('there is one target');
  const verdict = policy({ user, groups: [] }, channel, { kind: 'deploy' }, found.target);
  if (verdict.kind === 'allowed') throw new Error('it is allowed');
  return [verdict.reason, verdict.ask ?? [], verdict.channels ?? []];
}

const refusals = {
  'not from this channel': refusal(REQUESTER, ELSEWHERE),
  'not one of those': refusal(STRANGER, CHANNEL),
  'nobody may': refusal(REQUESTER, CHANNEL, { access: { channels: [CHANNEL] } }),
};

/** What one person, or a channel, is answered. */
export const replies = [
  view(answers.wrongCommand)({
    states: () => ({
      'a slip': typed('depoly'),
      'an unknown flag': typed('deploy --froce'),
      'not a ref': typed('deploy green a..b:$(reboot)'),
      hostile: typed('<!channel> `x`'),
    }),
    drawn: mistyped,
  }),
  view(answers.denied)({
    states: () => refusals,
    drawn: fc.constantFrom(...Object.values(refusals)),
  }),
  view(answers.noTarget)({
    states: () => ({
      'which one': missing(),
      'named without its flag': [missing()[0], '/argo rollback second users see errors'],
      'nearly right': missing('secnod'),
      'not there': missing('second', 'moon'),
    }),
    drawn: drawnMissing,
  }),
  view(answers.deploymentStarted)({
    states: () => {
      const all = Object.entries(deployments());
      const started = all.map(([state, d]): [string, [Deployment, boolean]] => [state, [d, false]]);
      const uninvited = all.slice(0, 1).map(([, d]): [Deployment, boolean] => [d, true]);
      return Object.fromEntries([...started, ['the bot is not invited', ...uninvited]]);
    },
    drawn: fc.tuple(deployment, fc.boolean()),
  }),
  view(answers.requestFailed)({
    states: () => ({
      'Redis is away': [
        'Cannot reach Redis, so nothing was read or changed. Running deployments wait. Users keep the live release.',
        'on the machine of Redis (REDIS_URL names it): `sudo systemctl start redis-server`. If it runs already, check the network from the bot to it. Then try again.',
      ],
    }),
    drawn: fc.tuple(text, text),
  }),
  view(answers.answerNotShown)({ states: () => ({ always: [] }), drawn: fc.constant([]) }),
  view(answers.help)({
    states: () => ({
      everything: [['deploy', 'approve', 'rollback', 'unlock']],
      'may only look': [[]],
    }),
    drawn: fc.tuple(
      fc.subarray(['deploy', 'approve', 'rollback', 'unlock'] as const).map((s) => [...s]),
    ),
  }),
  view(answers.say)({
    states: () => ({ said: ['Acknowledged. The watch and the automatic rollback continue.'] }),
    drawn: fc.tuple(fc.constantFrom('Done.', 'x'.repeat(5_000), '&lt;'.repeat(2_000))),
  }),
  view(answers.rateLimited)({
    states: () => ({
      ordinary: [30, exampleLock.at, 'ordinary'],
      urgent: [20, exampleLock.at, 'urgent'],
    }),
    drawn: fc.tuple(
      fc.nat(100),
      fc.nat(2_000_000_000_000),
      fc.constantFrom('ordinary' as const, 'urgent' as const),
    ),
  }),
  view(answers.membershipUnknown)({
    states: () => ({ 'Slack is silent': [false], 'the scope is missing': [true] }),
    drawn: fc.tuple(fc.boolean()),
  }),
  view(decisionReply)({
    states: () => ({
      'the first of two': [{ type: 'voted' }, stateNamed('approved by the first of two'), 2],
      'approved, to restart': [{ type: 'approved' }, oneUnit('waiting for approval'), 1],
      approved: [{ type: 'approved' }, stateNamed('waiting for approval'), 1],
      'approved before the start': [
        { type: 'approved' },
        stateNamed('waiting for an early approval'),
        1,
      ],
      rejected: [{ type: 'rejected' }, stateNamed('waiting for approval'), 1],
      'too late': [{ type: 'expired' }, stateNamed('waiting for approval'), 1],
    }),
    drawn: fc.tuple(
      fc.record({ type: fc.constantFrom('voted', 'approved', 'rejected', 'expired') }),
      deployment,
      fc.nat(6),
    ),
  }),
  view(answers.authorsNotMatched)({
    states: () => ({ 'Slack is silent': [false], 'the scope is missing': [true] }),
    drawn: fc.tuple(fc.boolean()),
  }),
  view(historyView)({
    states: () => ({
      empty: [PLACE, { live: { kind: 'nothing' }, history: [] }, 10],
      some: [PLACE, examplePast, 10],
    }),
    drawn: fc.tuple(place, drawnPast, fc.constant(400)),
  }),
  view(statusView)({
    states: () => ({
      'nothing from here': [[]],
      ...Object.fromEntries(
        Object.entries(examplePlaces()).map(([state, one]): [string, [(typeof one)[], number]] => [
          state,
          [[one], 1],
        ]),
      ),
    }),
    drawn: drawnPlaces.map((places): [typeof places, number] => [places, places.length + 3]),
  }),
  view(placeBlocks)({
    states: () => ({
      'with one of its deployments': [examplePlaces().live, 1],
      'without any': [examplePlaces().live, 0],
    }),
    drawn: fc.tuple(
      drawnPlaces
        .filter((places) => places.length > 0)
        .map(([first]) => first ?? examplePlaces().live),
      fc.constantFrom(0, 5),
    ),
  }),
  view(locks.locked)({
    states: () =>
      Object.fromEntries(
        Object.entries(lockStates()).map(([state, [one]]): [string, [typeof PLACE, typeof one]] => [
          state,
          [PLACE, one],
        ]),
      ),
    drawn: fc.tuple(place, lock),
  }),
  view(locks.unlocked)({
    states: () => ({ unlocked: [PLACE, APPROVER, exampleLock] }),
    drawn: fc.tuple(place, person, lock),
  }),
  view(locks.lockedNow)({
    states: () => ({
      locked: [[PLACE], exampleLock, false],
      'while one is running': [[PLACE], exampleLock, true],
      frozen: [[PLACE, OTHER], { ...exampleLock, freeze: true }, false],
    }),
    drawn: fc.tuple(many(place, 60), lock, fc.boolean()),
  }),
  view(locks.alreadyLocked)({
    states: () => ({ locked: [PLACE, exampleLock] }),
    drawn: fc.tuple(place, lock),
  }),
  view(locks.lockChanged)({
    states: () => ({ 'locked anew': [PLACE, exampleLock] }),
    drawn: fc.tuple(place, lock),
  }),
  view(locks.unfrozen)({
    states: () => ({ unfrozen: [[PLACE, OTHER], REQUESTER] }),
    drawn: fc.tuple(many(place, 60), text),
  }),
  view(interrupted)({
    states: () => ({
      'was waiting': [lineOf(stateNamed('waiting for approval')), PLACE],
      'only looked': [lineOf(stateNamed('waiting for approval')), undefined],
    }),
    drawn: fc.tuple(
      deployment.map((d) => lineOf(d)),
      fc.option(place, { nil: undefined }),
    ),
  }),
];

function lockStates(): Record<string, [typeof exampleLock]> {
  const until = exampleLock.at + 7_200_000;
  return { locked: [exampleLock], 'for a while': [{ ...exampleLock, until }] };
}

const lineOf = (d: Deployment): string => summary(d, { target: undefined, style: 'plan' }).text;

function oneUnit(state: string): Deployment {
  const d = stateNamed(state);
  return { ...d, request: { ...d.request, strategy: 'restart' } };
}
