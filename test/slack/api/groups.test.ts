import { expect, test } from '@jest/globals';
import { WebAPIPlatformError } from '@slack/web-api';
import { createGroupsOf } from '../../../src/slack/api/groups.ts';
import { CHANNEL, GROUP, settings } from '../../support/settings.ts';

test('a decision rests on who is in a group now, and not on who was a minute ago', async () => {
  let users = ['U0BEN'];
  let asked = 0;
  let now = 1_000_000;
  const list = (): Promise<{ users: string[] }> => {
    asked += 1;
    return Promise.resolve({ users });
  };
  const client = { usergroups: { users: { list } } };
  const groups = createGroupsOf(client, settings(), () => now);
  expect(await groups('U0BEN')).toEqual([GROUP]);
  users = [];
  now += 6_000;
  expect(await groups('U0BEN')).toEqual([GROUP]);
  expect(await groups('U0BEN', 'fresh')).toEqual([]);
  // What a decision has learnt is good for everything else too.
  expect(await groups('U0BEN')).toEqual([]);
  // A crowd of clicks does not use up the few questions that Slack allows.
  await Promise.all(Array.from({ length: 30 }, () => groups('U0BEN', 'fresh')));
  expect(asked).toBe(2);
});

const oneDeleted = async ({ usergroup }: { usergroup: string }): Promise<{ users: string[] }> => {
  if (usergroup !== GROUP) throw new WebAPIPlatformError({ ok: false, error: 'no_such_subteam' });
  return { users: ['U0BEN'] };
};

test('a group that was deleted in Slack has no members, and takes no role from the others', async () => {
  const access = { deploy: [GROUP, 'S0GONE'], channels: [CHANNEL] };
  const client = { usergroups: { users: { list: oneDeleted } } };
  const groups = createGroupsOf(client, settings([], { access }));
  expect(await groups('U0BEN')).toEqual([GROUP]);
});
