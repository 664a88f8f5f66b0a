import { request } from 'node:http';
import { afterEach, expect, test } from '@jest/globals';
import { boltApp, call, closeAll, handClock, post, workspace } from './support.ts';
import type { Answer } from './support.ts';
import type { Workspace, WorkspaceOptions } from '../../../sandbox/workspace/workspace.ts';

afterEach(closeAll);

const plain = (text: string) => ({ type: 'plain_text', text });
const view = { type: 'modal', title: plain('x'), blocks: [{ type: 'divider' }] };

/** A workspace and what its next `/argo` carried. */
async function commanded(change: Partial<WorkspaceOptions> = {}) {
  const space = await workspace(change);
  const app = boltApp(space);
  const { promise, resolve } = Promise.withResolvers<{
    trigger_id: string;
    response_url: string;
  }>();
  app.command('/argo', async ({ ack, command }) => {
    await ack();
    resolve(command);
  });
  await app.start();
  await space.as('U1').command('C1', '/argo', 'x');
  return { space, ...(await promise) };
}

const open = (space: Workspace, trigger: string) =>
  call(space, 'views.open', { trigger_id: trigger, view });

test('a trigger opens one modal, once', async () => {
  const { space, trigger_id: trigger } = await commanded();
  expect((await open(space, 'made-up')).body.error).toBe('invalid_trigger_id');
  const bad = { trigger_id: trigger, view: { ...view, blocks: [] } };
  expect((await call(space, 'views.open', bad)).body).toMatchObject({
    error: 'invalid_arguments',
    errors: ['no fewer than 1 items allowed [json-pointer:/view/blocks]'],
  });
  expect((await open(space, trigger)).body.ok).toBe(true);
  expect((await open(space, trigger)).body.error).toBe('exchanged_trigger_id');
  expect(space.views('U1')).toHaveLength(1);
});

test('a trigger lives three seconds', async () => {
  const clock = handClock();
  const { space, trigger_id: trigger } = await commanded({ clock });
  clock.advance(3001);
  expect((await open(space, trigger)).body.error).toBe('expired_trigger_id');
});

test('an update with an old hash is refused', async () => {
  const { space, trigger_id: trigger } = await commanded();
  await open(space, trigger);
  const shown = space.as('U1').openView();
  const update = { view_id: shown?.id, hash: shown?.hash, view };
  expect((await call(space, 'views.update', update)).body.ok).toBe(true);
  expect((await call(space, 'views.update', update)).body.error).toBe('hash_conflict');
});

test('a response_url answers five times', async () => {
  const { space, response_url: url } = await commanded();
  expect(await post(url, { text: 'for you' })).toEqual({ status: 200, body: { ok: true } });
  expect(space.ephemerals('U1')).toMatchObject([{ text: 'for you' }]);
  await post(url, { text: 'for all', response_type: 'in_channel' });
  expect(space.messages('C1')).toMatchObject([{ text: 'for all' }]);
  expect((await post(url, { text: 'x', blocks: [{ type: 'x' }] })).status).toBe(400);
  await post(url, { text: 'four' });
  await post(url, { text: 'five' });
  expect(await post(url, { text: 'six' })).toEqual({
    status: 404,
    body: { ok: false, error: 'used_url' },
  });
});

test('a response_url lives half an hour', async () => {
  const clock = handClock();
  const { response_url: url } = await commanded({ clock });
  clock.advance(30 * 60_000 + 1);
  expect((await post(url, { text: 'late' })).body).toEqual({ ok: false, error: 'expired_url' });
});

test('a click can replace the ephemeral it stands in', async () => {
  const space = await workspace();
  const app = boltApp(space);
  app.action('dismiss', async ({ ack, respond }) => {
    await ack();
    await respond({ text: 'dismissed', replace_original: true });
  });
  await app.start();
  const button = { type: 'button', action_id: 'dismiss', text: plain('Dismiss') };
  const blocks = [{ type: 'actions', elements: [button] }];
  await call(space, 'chat.postEphemeral', { channel: 'C1', user: 'U1', text: 'x', blocks });
  const ts = space.ephemerals('U1')[0]?.ts ?? '';
  await expect(space.as('U2').click('C1', ts, 'dismiss')).rejects.toThrow('U2 sees no message');
  await expect(space.as('U1').click('C1', ts, 'Approve')).rejects.toThrow('dismiss "Dismiss"');
  await space.as('U1').click('C1', ts, 'Dismiss');
  await space.waitFor(() => space.ephemerals('U1')[0]?.text === 'dismissed');
});

/** A request with a Host of its own choosing, which fetch does not allow. */
function visit(space: Workspace, path: string, headers: Record<string, string>): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const visiting = request(space.url + path, { headers, agent: false }, (response) => {
    response.resume();
    resolve(response.statusCode ?? 0);
  });
  visiting.on('error', reject);
  visiting.end();
  return promise;
}

test('only this machine gets in', async () => {
  const space = await workspace();
  expect(await visit(space, '/sandbox/state', {})).toBe(200);
  expect(await visit(space, '/sandbox/state', { host: 'evil.example' })).toBe(403);
  expect(await visit(space, '/sandbox/state', { origin: 'http://evil.example' })).toBe(403);
  expect(await visit(space, '/', { host: 'evil.example' })).toBe(403);
});

async function control(space: Workspace, act: string, body: unknown): Promise<Answer['body']> {
  const { body: answer } = await post(`${space.url}/sandbox/${act}`, body);
  return { ok: true, ...Object(answer) };
}

test('another process drives the workspace over HTTP', async () => {
  const space = await workspace();
  await control(space, 'message', { user: 'U1', channel: 'C1', text: 'hello' });
  const state: unknown = await (await fetch(`${space.url}/sandbox/state`)).json();
  expect(state).toMatchObject({ messages: [{ user: 'U1', text: 'hello' }], connections: 0 });
  expect(await control(space, 'message', { user: 'U9', channel: 'C1', text: 'x' })).toMatchObject({
    error: 'no user U9 in this workspace',
  });
  const form = await fetch(`${space.url}/sandbox/message`, { method: 'POST', body: 'user=U1' });
  expect(form.status).toBe(415);
});

test('changes are streamed', async () => {
  const space = await workspace();
  const response = await fetch(`${space.url}/sandbox/events`);
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  await reader?.read();
  await space.as('U1').say('C1', 'hello');
  expect((await reader?.read())?.value).toContain('"kind":"message"');
  await reader?.cancel();
});

test('the page comes with its script and no way to load anything else', async () => {
  const space = await workspace();
  const page = await fetch(space.url);
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(await page.text()).not.toMatch(/https?:\/\//);
  const script = await fetch(`${space.url}/page.js`);
  expect(script.status).toBe(200);
  expect(await script.text()).not.toContain('innerHTML');
});

test('waiting in vain says what was called last', async () => {
  const space = await workspace();
  await call(space, 'auth.test');
  await expect(space.waitFor(() => false, 1)).rejects.toThrow('last calls: auth.test ok');
});
