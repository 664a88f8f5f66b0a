import { afterEach, expect, test } from '@jest/globals';
import { WebClient } from '@slack/web-api';
import { appToken, botToken, call, closeAll, handClock, options, workspace } from './support.ts';

afterEach(closeAll);

const section = { type: 'section', text: { type: 'mrkdwn', text: 'x' } };
const hello = { channel: 'C1', text: 'hello' };

test.each([
  ['no token', 'auth.test', '', 'not_authed'],
  ['wrong token', 'auth.test', 'xoxb-wrong', 'invalid_auth'],
  ['app token for a bot method', 'auth.test', appToken, 'not_allowed_token_type'],
  ['bot token for sockets', 'apps.connections.open', botToken, 'not_allowed_token_type'],
  ['unknown method', 'chat.startStream', botToken, 'unknown_method'],
])('%s', async (_name, method, token, error) => {
  const space = await workspace();
  expect((await call(space, method, {}, token)).body).toMatchObject({ ok: false, error });
  expect(space.calls()).toMatchObject([{ method, ok: false, error }]);
});

test.each([
  ['chat.postMessage', 'chat:write', hello],
  ['conversations.info', 'channels:read', { channel: 'C1' }],
  ['conversations.history', 'channels:history', { channel: 'C1' }],
  ['users.info', 'users:read', { user: 'U1' }],
  ['usergroups.users.list', 'usergroups:read', { usergroup: 'S1' }],
  ['files.getUploadURLExternal', 'files:write', { filename: 'a.txt', length: 1 }],
])('%s needs %s', async (method, scope, args) => {
  const space = await workspace();
  expect((await call(space, method, args)).body.ok).toBe(true);
  const poor = await workspace({ botScopes: options.botScopes.filter((one) => one !== scope) });
  const { body } = await call(poor, method, args);
  expect(body).toMatchObject({ ok: false, error: 'missing_scope' });
  expect(body.needed).toContain(scope);
});

test.each([
  ['chat.postMessage', { channel: 'C9', text: 'x' }, 'channel_not_found'],
  ['chat.postMessage', { channel: 'C2', text: 'x' }, 'not_in_channel'],
  ['chat.postMessage', { channel: 'C3', text: 'x' }, 'is_archived'],
  ['chat.postMessage', { channel: 'G1', text: 'x' }, 'channel_not_found'],
  ['chat.postMessage', { channel: 'C1' }, 'no_text'],
  ['chat.postMessage', { channel: 'C1', blocks: [section] }, 'no_text'],
  ['chat.postMessage', { ...hello, blocks: [{ type: 'x' }] }, 'invalid_blocks'],
  ['chat.postMessage', { ...hello, username: 'boss' }, 'missing_scope'],
  ['chat.postMessage', { ...hello, blocks: '[{' }, 'invalid_blocks_format'],
  ['chat.postMessage', { ...hello, thread_ts: '1.1' }, 'thread_not_found'],
  ['chat.postMessage', { ...hello, metadata: { event_type: 'a' } }, 'invalid_metadata_format'],
  [
    'chat.postMessage',
    { ...hello, metadata: { event_type: 'a', event_payload: { a: 'x'.repeat(16_000) } } },
    'metadata_too_large',
  ],
  ['chat.update', { channel: 'C1', ts: '1.1', text: 'x' }, 'message_not_found'],
  ['chat.postEphemeral', { channel: 'C1', user: 'U9', text: 'x' }, 'user_not_in_channel'],
  ['conversations.replies', { channel: 'C1', ts: '1.1' }, 'thread_not_found'],
  ['conversations.history', { channel: 'C1', cursor: 'nonsense' }, 'invalid_cursor'],
  ['usergroups.users.list', { usergroup: 'S9' }, 'no_such_subteam'],
  ['users.info', { user: 'U9' }, 'user_not_found'],
  ['views.update', { view_id: 'V1', view: { type: 'home', blocks: [] } }, 'not_found'],
])('%s %j is refused with %s', async (method, args, error) => {
  const space = await workspace();
  expect((await call(space, method, args)).body.error).toBe(error);
});

test('a broadcast reply shows in the channel as well', async () => {
  const space = await workspace();
  const { ts } = (await call(space, 'chat.postMessage', hello)).body;
  const reply = { channel: 'C1', text: 'live is degraded', thread_ts: ts, reply_broadcast: true };
  await call(space, 'chat.postMessage', reply);
  const { body } = await call(space, 'conversations.history', { channel: 'C1' });
  expect(body.messages).toMatchObject([{ subtype: 'thread_broadcast' }, { ts }]);
});

test('refused blocks are named by pointer', async () => {
  const space = await workspace();
  const { body } = await call(space, 'chat.postMessage', { ...hello, blocks: [{ type: 'x' }] });
  const message = 'unsupported type: x [json-pointer:/blocks/0/type]';
  expect(body.errors).toEqual([message]);
  expect(body.response_metadata).toEqual({ messages: [`[ERROR] ${message}`] });
});

test('an update with text alone removes the blocks and keeps the metadata', async () => {
  const space = await workspace();
  const metadata = { event_type: 'checklist', event_payload: { deployment: 'd1' } };
  const posted = await call(space, 'chat.postMessage', { ...hello, blocks: [section], metadata });
  const { ts } = posted.body;
  await call(space, 'chat.update', { channel: 'C1', ts, text: 'changed' });
  expect(space.messages('C1')).toMatchObject([{ text: 'changed', metadata }]);
  expect(space.messages('C1')[0]).not.toHaveProperty('blocks');
  const long = (length: number) => ({ channel: 'C1', ts, text: 'x'.repeat(length) });
  expect((await call(space, 'chat.update', long(4000))).body.ok).toBe(true);
  expect((await call(space, 'chat.update', long(4001))).body.error).toBe('msg_too_long');
});

test('the bot changes only what it wrote', async () => {
  const space = await workspace();
  const { ts } = await space.as('U1').say('C1', 'mine');
  const change = { channel: 'C1', ts, text: 'x' };
  expect((await call(space, 'chat.update', change)).body.error).toBe('cant_update_message');
  expect((await call(space, 'chat.delete', change)).body.error).toBe('cant_delete_message');
});

test('replies come in pages, with metadata only when asked for', async () => {
  const space = await workspace({ rateLimits: false });
  const metadata = { event_type: 'a', event_payload: {} };
  const root = await call(space, 'chat.postMessage', { ...hello, metadata });
  const { ts } = root.body;
  for (const text of ['one', 'two'])
    await call(space, 'chat.postMessage', { channel: 'C1', text, thread_ts: ts });
  const first = await call(space, 'conversations.replies', { channel: 'C1', ts, limit: 2 });
  expect(first.body).toMatchObject({
    has_more: true,
    messages: [{ reply_count: 2 }, { text: 'one' }],
  });
  expect(JSON.stringify(first.body)).not.toContain('event_type');
  const next: unknown = first.body.response_metadata;
  const cursor = Object(next).next_cursor;
  const args = { channel: 'C1', ts, limit: 2, cursor };
  const second = await call(space, 'conversations.replies', args);
  expect(second.body).toMatchObject({ has_more: false, messages: [{ text: 'two' }] });
  const asked = { channel: 'C1', ts, include_all_metadata: true };
  const full = await call(space, 'conversations.replies', asked);
  expect(full.body.messages).toMatchObject([{ metadata }, {}, {}]);
});

test('a channel takes a small burst, then one post a second', async () => {
  const clock = handClock();
  const space = await workspace({ clock });
  const post = () => call(space, 'chat.postMessage', hello);
  for (let count = 0; count < 3; count += 1) expect((await post()).body.ok).toBe(true);
  expect(await post()).toMatchObject({
    status: 429,
    retryAfter: '1',
    body: { ok: false, error: 'ratelimited' },
  });
  clock.advance(1000);
  expect((await post()).status).toBe(200);
  expect((await post()).status).toBe(429);
});

test('other methods are counted by the minute, each for itself', async () => {
  const clock = handClock();
  const space = await workspace({ clock });
  const list = () => call(space, 'usergroups.users.list', { usergroup: 'S1' });
  for (let count = 0; count < 20; count += 1) expect((await list()).status).toBe(200);
  clock.advance(10_500);
  expect(await list()).toMatchObject({ status: 429, retryAfter: '50' });
  expect((await call(space, 'users.info', { user: 'U1' })).status).toBe(200);
  clock.advance(50_000);
  expect((await list()).status).toBe(200);
});

test('the official client posts forms, uploads files and reacts', async () => {
  const space = await workspace();
  const client = new WebClient(botToken, { slackApiUrl: space.apiUrl });
  await client.apiCall('chat.postMessage', { ...hello, blocks: [section] });
  const ts = space.messages('C1')[0]?.ts ?? '';
  await client.filesUploadV2({
    channel_id: 'C1',
    thread_ts: ts,
    filename: 'journal.log',
    content: 'line one\nline two',
  });
  expect(space.files()).toMatchObject([{ name: 'journal.log', mimetype: 'text/plain', size: 17 }]);
  expect(space.files()[0]?.content.toString()).toBe('line one\nline two');
  expect(space.thread('C1', ts)).toMatchObject([{}, { files: [{ name: 'journal.log' }] }]);
  const rocket = { channel: 'C1', timestamp: ts, name: 'rocket' };
  await client.reactions.add(rocket);
  await expect(client.reactions.add(rocket)).rejects.toThrow('already_reacted');
});

test('faults: cut, 429 on everything, 500 after the post was taken', async () => {
  const space = await workspace();
  space.faults.set({ apiDown: true });
  await expect(call(space, 'auth.test')).rejects.toThrow();
  space.faults.set({ apiDown: false, retryAfter: 7 });
  expect(await call(space, 'auth.test')).toMatchObject({ status: 429, retryAfter: '7' });
  space.faults.clear();
  space.faults.set({ failAfterPost: 1 });
  await expect(call(space, 'chat.postMessage', hello)).rejects.toThrow();
  expect(space.messages('C1')).toHaveLength(1);
  expect((await call(space, 'chat.postMessage', hello)).body.ok).toBe(true);
});
