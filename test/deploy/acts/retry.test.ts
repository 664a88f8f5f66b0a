import { expect, test } from '@jest/globals';
import { retryHelps } from '../../../src/deploy/acts/retry.ts';
import type { FailureRecord } from '../../../src/deploy/record/errors.ts';
import type { DeploymentEvent } from '../../../src/deploy/record/events.ts';
import { fold } from '../../../src/deploy/record/fold.ts';
import { failed, finished, phaseStarted } from '../../support/events.ts';
import { request } from '../../support/stage-context.ts';

function after(failure: Partial<FailureRecord>, before: DeploymentEvent[] = []) {
  return fold([
    { type: 'requested', at: 0, id: 'd1', request: request() },
    ...before,
    phaseStarted('prepare'),
    ...failed('preflight', failure),
    finished('failed'),
  ]);
}

test.each<[string, Partial<FailureRecord>, boolean]>([
  ['a host to repair', { next: 'on host-1: `sudo apt install python3.11`.' }, true],
  ['retry', { next: 'fix the host, then `/argo retry`.' }, true],
  ['retry or a new commit', { next: '`/argo retry`; for a new commit, `/argo deploy`.' }, true],
  [
    'the deployment of a fix',
    { next: 'fix main.py, commit and push, then `/argo deploy`.' },
    false,
  ],
  ['another ref', { next: '`/argo deploy <ref>` with a ref of main.' }, false],
  ['a new commit', { needsCommit: true, next: 'fix main.py.' }, false],
  ['a new host key', { code: 'host-key-mismatch', next: 'compare the keys.' }, false],
])('where the failure asks for %s', (_name, failure, helps) => {
  expect(retryHelps(after(failure))).toBe(helps);
});

test('a cancelled deployment is not offered again', () => {
  const cancel: DeploymentEvent = { type: 'cancel-requested', at: 1, by: 'U0ADA' };
  expect(retryHelps(after({ next: 'wait.' }, [cancel]))).toBe(false);
});
