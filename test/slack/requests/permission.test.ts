import { expect, test } from '@jest/globals';
import { findTarget } from '../../../src/deploy/settings/settings.ts';
import { permission } from '../../../src/slack/requests/permission.ts';
import { CHANNEL, GROUP, settings } from '../../support/settings.ts';

test('who has just come into a group is not refused for what was known before', async () => {
  const found = findTarget(settings(), 'argo-trading', 'production');
  if (found.kind !== 'found') throw new Error('no such target');
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const answer = (fresh: string[]) =>
    permission(
      { log, groupsOf: (_user, how) => Promise.resolve(how === 'fresh' ? fresh : []) },
      { user: 'U0NEW', channel: CHANNEL },
      { kind: 'unlock' },
      found.target,
    );
  expect(await answer([GROUP])).toEqual({ kind: 'allowed' });
  expect(await answer([])).toMatchObject({ kind: 'denied' });
});

test('an error that Slack did not cause is not taken for its silence', async () => {
  const found = findTarget(settings(), 'argo-trading', 'production');
  if (found.kind !== 'found') throw new Error('no such target');
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const asked = permission(
    { log, groupsOf: () => Promise.reject(new TypeError('a bug')) },
    { user: 'U0NEW', channel: CHANNEL },
    { kind: 'unlock' },
    found.target,
  );
  await expect(asked).rejects.toThrow('a bug');
});

test('a decision on a release rests on the groups of now, also one that breaks the glass', async () => {
  const access = { break_glass: [GROUP], channels: [CHANNEL] };
  const found = findTarget(settings([], { access }), 'argo-trading', 'production');
  if (found.kind !== 'found') throw new Error('no such target');
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const asked = permission(
    { log, groupsOf: (_user, how) => Promise.resolve(how === 'fresh' ? [] : [GROUP]) },
    { user: 'U0LEFT', channel: CHANNEL },
    { kind: 'break-glass' },
    found.target,
  );
  expect(await asked).toMatchObject({ kind: 'denied' });
});
