import * as fc from 'fast-check';
import { ids } from '../../../../src/slack/contract/values.ts';
import { commitOptions } from '../../../../src/slack/views/form/commit-options.ts';
import { type DeployForm, deployModal } from '../../../../src/slack/views/form/deploy-modal.ts';
import { type HomePlace, homeView } from '../../../../src/slack/views/home/home.ts';
import { noteModal } from '../../../../src/slack/views/answers/answers.ts';
import {
  rollbackModal,
  detailsModal,
  decisionModal,
} from '../../../../src/slack/views/approval/modals.ts';
import { CHANNEL } from '../../../support/settings.ts';
import { exampleFacts } from '../../../support/events.ts';
import { stateNamed } from './deployments.ts';
import { commit, many, name, place, targetOf, text } from './drawn.ts';
import { deployment } from './drawn-deployment.ts';
import { view } from './entry.ts';
import { drawnPlaces, examplePlaces } from './places.ts';

const examplePlace = examplePlaces().live;
const NOON = Date.UTC(2026, 10, 23, 12);
const commits = exampleFacts.commits;
const nothingTyped = { text: '', isRef: false };
const optional = <Thing>(thing: fc.Arbitrary<Thing>) => fc.option(thing, { nil: undefined });
const metadata = { d: 'd1', g: 'digest', channel: CHANNEL, thread: '1.2' };

/** The Home tab of somebody who has the same rights everywhere. */
function mayAtHome(places: readonly HomePlace[]): string[] {
  return places.flatMap(({ place: { service, environment }, rights }) =>
    [
      ...(rights.deploy ? [ids.homeDeploy] : []),
      ...(rights.rollback ? [ids.homeRollback] : []),
      ...(rights.unlock ? [ids.homeUnlock] : []),
    ].map((id) => `${id}:${service}:${environment}`),
  );
}

/** What stands in a window of its own. */
export const forms = [
  view(homeView)({
    states: () => ({
      'nothing to operate': [[], NOON, undefined, [targetOf()]],
      'with an answer': [
        [],
        NOON,
        'Deployment of `argo-trading` in `production` has started. It changes nothing for users until it is approved. Its thread in <#C0DEPLOYS> shows the progress.',
      ],
      ...Object.fromEntries(
        Object.entries(examplePlaces()).map(([state, one]): [string, [HomePlace[], number]] => [
          state,
          [[one], NOON],
        ]),
      ),
    }),
    drawn: fc
      .tuple(drawnPlaces, fc.constantFrom(undefined, 'Done.', 'x'.repeat(5_000)))
      .map(([places, notice]): [HomePlace[], number, string | undefined] => [places, 1, notice]),
    may: mayAtHome,
  }),
  view(deployModal)({
    states: () => ({
      ...Object.fromEntries(
        Object.entries(examplePlaces()).map(([state, first]): [string, [DeployForm]] => [
          state,
          [{ targets: [targetOf()], first, channel: CHANNEL }],
        ]),
      ),
      'with a commit chosen beforehand': [
        { targets: [targetOf()], first: examplePlace, commit: exampleFacts.commit },
      ],
    }),
    drawn: fc.tuple(drawnPlaces, optional(commit)).map(([places, chosen]): [DeployForm] => {
      // People who may deploy nothing get help instead, so there is always one.
      const [first = examplePlace] = places;
      const targets = [first, ...places].map(({ target }) => target);
      return [{ targets, first, commit: chosen, channel: CHANNEL }];
    }),
  }),
  view(commitOptions)({
    states: () => ({
      'git has answered': [targetOf(), { kind: 'fresh', commits }, [], nothingTyped],
      'git has answered, something is typed': [
        targetOf(),
        { kind: 'fresh', commits },
        [],
        { text: 'BOOK', isRef: true },
      ],
      'nothing fits': [
        targetOf(),
        { kind: 'fresh', commits },
        [],
        { text: 'no such thing', isRef: false },
      ],
      'git has not answered yet': [targetOf(), { kind: 'late' }, commits, nothingTyped],
      'git does not answer': [
        targetOf(),
        { kind: 'failed', why: 'Fetching from https://git.invalid/engine.git failed: no route' },
        commits,
        nothingTyped,
      ],
      'git does not answer, and nothing was deployed yet': [
        targetOf(),
        { kind: 'failed', why: 'no route to host' },
        [],
        { text: 'x y', isRef: false },
      ],
    }),
    drawn: fc.tuple(
      place.map(({ service, environment }) => targetOf(service, environment)),
      fc.oneof(
        fc.record({ kind: fc.constant('fresh' as const), commits: many(commit, 400) }),
        fc.record({ kind: fc.constant('late' as const) }),
        fc.record({ kind: fc.constant('failed' as const), why: text }),
      ),
      many(commit, 60),
      fc.oneof(
        fc.record({ text, isRef: fc.constant(false) }),
        fc.record({ text: name, isRef: fc.constant(true) }),
      ),
    ),
  }),
  view(noteModal)({
    states: () => ({ said: ['You cannot deploy any service here. Ask <!subteam^S0OPS>.'] }),
    drawn: fc.tuple(fc.constantFrom('Done.', 'x'.repeat(5_000))),
  }),
  view(rollbackModal)({
    states: () => ({
      'a release': [
        { s: 'argo-trading', e: 'production', r: '20261120-0900-0000000', channel: CHANNEL },
        exampleFacts,
      ],
      'the previous one': [{ s: 'argo-trading', e: 'production', d: 'd1', channel: CHANNEL }],
    }),
    drawn: place.map(({ service, environment }): Parameters<typeof rollbackModal> => [
      { s: service, e: environment, channel: CHANNEL },
    ]),
  }),
  view(detailsModal)({
    states: () => ({ 'what waits': [stateNamed('waiting for approval'), targetOf()] }),
    drawn: deployment.map((d): Parameters<typeof detailsModal> => [d, undefined]),
  }),
  view(decisionModal)({
    states: () => ({
      reject: [stateNamed('waiting for approval'), 'reject', metadata],
      'approve with a note': [stateNamed('waiting for approval'), 'approve', metadata],
      'break the glass': [stateNamed('waiting for approval'), 'break-glass', metadata],
    }),
    drawn: fc
      .tuple(deployment, fc.constantFrom('reject', 'approve', 'break-glass'))
      .map(([d, deciding]): Parameters<typeof decisionModal> => [d, deciding, metadata]),
  }),
];
