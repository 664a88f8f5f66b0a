import * as fc from 'fast-check';
import type { DeployRequest } from '../../../../src/deploy/record/events.ts';
import { ids } from '../../../../src/slack/contract/values.ts';
import {
  queued,
  rollbackNeedsRelease,
  alreadyRunning,
  alreadyQueued,
} from '../../../../src/slack/views/answers/queue-answers.ts';
import { stateNamed } from './deployments.ts';
import { name, waits } from './drawn.ts';
import { deployment } from './drawn-deployment.ts';
import { view } from './entry.ts';
import { exampleLine } from './places.ts';

const LINK = 'https://sandbox.slack.com/archives/C0DEPLOYS/p1';
const link = fc.option(fc.oneof(fc.constantFrom('x', '<!here>'), fc.webUrl()), { nil: undefined });

/** Names and refs of a request have been through the grammar and argo.yml. */
const asked: fc.Arbitrary<DeployRequest> = fc
  .tuple(deployment, name, name, name)
  .map(([{ request }, service, environment, ref]) => ({ ...request, service, environment, ref }));

/** Whoever is answered had just been allowed to deploy there, and waiting is nothing else. */
const may = () => [ids.waitAnyway];

/** What those hear whose deployment has to wait. */
export const line = [
  view(queued)({
    states: () => ({
      'behind a deployment': [stateNamed('in line behind a deployment'), LINK],
      'behind a lock': [stateNamed('in line behind a lock'), undefined],
    }),
    drawn: fc.tuple(deployment, link),
  }),
  view(alreadyRunning)({
    states: () => {
      const running = stateNamed('waiting for approval');
      return {
        'a deployment': [running, running.request, LINK],
        'a rollback': [running, { ...running.request, kind: 'rollback' }, undefined],
      };
    },
    drawn: fc.tuple(deployment, asked, link),
    may,
  }),
  view(rollbackNeedsRelease)({
    states: () => ({ running: [stateNamed('waiting for approval'), LINK, {}] }),
    drawn: fc.tuple(deployment, link, fc.constant({ flags: '--env production' })),
  }),
  view(alreadyQueued)({
    states: () =>
      Object.fromEntries(
        exampleLine.slice(0, 1).map((entry) => ['waits', [entry, stateNamed('queued').request]]),
      ),
    drawn: fc.tuple(waits, asked),
    may,
  }),
];
