import { expect, test } from '@jest/globals';
import {
  liveLine,
  type PlaceStatus,
  statusView,
} from '../../../../src/slack/views/answers/status.ts';
import { stateNamed } from '../table/deployments.ts';
import { targetOf } from '../table/drawn.ts';

const place = (changes: Partial<PlaceStatus> = {}): PlaceStatus => ({
  place: { service: 'argo-trading', environment: 'production' },
  target: targetOf(),
  live: { kind: 'nothing' },
  running: undefined,
  lock: undefined,
  history: [],
  queue: [],
  ...changes,
});

test('nobody is told to deploy while a deployment runs', () => {
  expect(liveLine(place())).toContain('*Next:* `/argo deploy`.');
  expect(liveLine(place({ running: stateNamed('waiting for approval') }))).not.toContain('Next');
});

test('a release to which users are being moved is named by its commit', () => {
  const waiting = stateNamed('waiting for approval');
  const release = '20261123-160249-1a2b3c4';
  const running = { ...waiting, facts: { ...waiting.facts, release } };
  const { commit } = waiting.facts;
  const line = liveLine(place({ running, live: { kind: 'moving', since: 0, to: release } }));
  expect(line).toContain(commit?.subject ?? 'no commit');
  expect(line).not.toContain(release);
});

test('the person who set the lock reads no advice to ask them', () => {
  const lock = { by: 'U0ADA', at: 0, reason: 'maintenance', byCommand: true };
  const said = (reader: string) => JSON.stringify(statusView([place({ lock, reader })]));
  expect(said('U0BEN')).toContain('ask <@U0ADA> whether');
  expect(said('U0ADA')).toContain('check that your reason no longer holds');
});
