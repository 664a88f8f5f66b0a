import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startWorkspace, type Workspace } from '../../../sandbox/workspace/workspace.ts';
import { diagnoseSlack } from '../../../src/slack/entrance/diagnose.ts';
import { appToken, botToken, options } from '../../sandbox/workspace/support.ts';

let workspace: Workspace;
beforeAll(async () => {
  workspace = await startWorkspace(options);
});
afterAll(() => workspace.close());

const look = (different: { botToken?: string; appToken?: string } = {}) =>
  diagnoseSlack({ botToken, appToken, slackApiUrl: workspace.apiUrl, ...different });
const refused = (error: string) => ({ kind: 'refused', error });

test('a workspace says who the bot is and what it may do', async () => {
  expect(await look().identity()).toEqual({
    kind: 'answered',
    value: {
      team: 'Sandbox',
      bot: expect.any(String),
      scopes: expect.arrayContaining(['chat:write', 'users:read']),
    },
  });
  expect(await look({ botToken: 'xoxb-wrong' }).identity()).toEqual(refused('invalid_auth'));
});

test('the app token may open a socket, and none is opened', async () => {
  expect(await look().socket?.()).toMatchObject({ kind: 'answered' });
  expect(await look({ appToken: 'xapp-wrong' }).socket?.()).toEqual(refused('invalid_auth'));
  expect(workspace.connections()).toBe(0);
});

test('channels, people and groups are there or not', async () => {
  const slack = look();
  expect(await slack.channel('C1')).toMatchObject({ kind: 'answered' });
  expect(await slack.channel('C2')).toEqual(refused('not_in_channel'));
  expect(await slack.channel('C9')).toEqual(refused('channel_not_found'));
  expect(await slack.channel('G1')).toEqual(refused('channel_not_found'));
  expect(await slack.user('U1')).toEqual({
    kind: 'answered',
    value: { deactivated: false, refused: undefined },
  });
  expect(await slack.user('U9')).toEqual(refused('user_not_found'));
  expect(await slack.group('S1')).toEqual({ kind: 'answered', value: { members: 1 } });
  expect(await slack.group('S9')).toEqual(refused('no_such_subteam'));
});
