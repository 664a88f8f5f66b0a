import * as fc from 'fast-check';
import { ids } from '../../../../src/slack/values.ts';
import { deployModal } from '../../../../src/slack/views/deploy-modal.ts';
import { type HomePlace, homeView } from '../../../../src/slack/views/home.ts';
import { rejectModal } from '../../../../src/slack/views/reject-modal.ts';
import { CHANNEL } from '../../../support/settings.ts';
import { exampleFacts } from '../../../support/events.ts';
import { stateNamed } from './deployments.ts';
import { commit, many, name, targetOf } from './drawn.ts';
import { deployment } from './drawn-deployment.ts';
import { view } from './entry.ts';
import { drawnPlaces, examplePlaces } from './places.ts';

const NOON = Date.UTC(2026, 10, 23, 12);
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
      'nothing to operate': [[], NOON],
      'with an answer': [[], NOON, 'Done.'],
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
      'commits are known': [
        {
          targets: [targetOf()],
          first: targetOf(),
          commits: exampleFacts.commits,
          channel: CHANNEL,
        },
      ],
      'no commit is known': [
        { targets: [targetOf()], first: targetOf(), commits: [], channel: CHANNEL },
      ],
    }),
    drawn: fc.tuple(many(fc.tuple(name, name), 150), many(commit, 60)).map(([names, commits]) => {
      const targets = [...names, ['one', 'more'] as const].map(([service, environment], index) =>
        targetOf(`${service.slice(0, 36)}${index}`, environment),
      );
      return [{ targets, first: targets[0] ?? targetOf(), commits, channel: CHANNEL }];
    }),
  }),
  view(rejectModal)({
    states: () => ({
      'waiting for approval': [stateNamed('waiting for approval'), metadata],
    }),
    drawn: deployment.map((d): Parameters<typeof rejectModal> => [d, metadata]),
  }),
];
