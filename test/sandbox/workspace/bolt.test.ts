import { afterEach, expect, test } from '@jest/globals';
import { boltApp, call, closeAll, handClock, workspace } from './support.ts';

afterEach(closeAll);

const modal = {
  type: 'modal' as const,
  callback_id: 'why',
  title: { type: 'plain_text' as const, text: 'Roll back' },
  submit: { type: 'plain_text' as const, text: 'Go' },
  blocks: [
    {
      type: 'input' as const,
      block_id: 'reason',
      label: { type: 'plain_text' as const, text: 'Reason' },
      element: { type: 'plain_text_input' as const, action_id: 'text' },
    },
  ],
};

test('a command is acknowledged with an ephemeral reply and answered with say', async () => {
  const space = await workspace();
  const app = boltApp(space);
  app.command('/argo', async ({ ack, say, command }) => {
    await ack(`got ${command.text}`);
    await say(`deploying for <@${command.user_id}>`);
  });
  await app.start();
  const { ok, replies } = await space.as('U1').command('C1', '/argo', 'deploy green');
  expect(ok).toBe(true);
  expect(replies.map(({ text }) => text)).toEqual(['got deploy green']);
  expect(space.ephemerals('U1')).toHaveLength(1);
  expect(space.ephemerals('U2')).toHaveLength(0);
  await space.waitFor(() =>
    space.messages('C1').some(({ text }) => text === 'deploying for <@U1>'),
  );
  expect(space.acks()).toMatchObject([{ type: 'slash_commands', latencyMs: expect.any(Number) }]);
});

test('a click opens a modal, and its submission is refused, then taken', async () => {
  const space = await workspace();
  const app = boltApp(space);
  app.action('rollback', async ({ ack, body, client }) => {
    await ack();
    if ('trigger_id' in body) await client.views.open({ trigger_id: body.trigger_id, view: modal });
  });
  app.view('why', async ({ ack, view }) => {
    const reason = view.state.values.reason?.text?.value ?? '';
    if (reason.length > 3) return ack();
    return ack({ response_action: 'errors', errors: { reason: 'Say more' } });
  });
  await app.start();
  const button = {
    type: 'button' as const,
    action_id: 'rollback',
    text: { type: 'plain_text' as const, text: 'Roll back' },
  };
  const blocks = [{ type: 'actions', elements: [button] }];
  const posted = await call(space, 'chat.postMessage', { channel: 'C1', text: 'hi', blocks });
  const ts = String(posted.body.ts);
  const ana = space.as('U1');
  expect(await ana.click('C1', ts, 'Roll back')).toEqual({ ok: true });
  const view = await space.waitFor(() => ana.openView());
  expect(await ana.submit(view.id, {})).toEqual({
    ok: false,
    errors: { reason: 'Please complete this required field.' },
  });
  expect(await ana.submit(view.id, { Reason: 'no' })).toEqual({
    ok: false,
    errors: { reason: 'Say more' },
  });
  expect(await ana.submit(view.id, { reason: 'latency doubled' })).toEqual({ ok: true });
  expect(ana.openView()).toBeUndefined();
});

test('the Home tab is published when it is opened', async () => {
  const space = await workspace();
  const app = boltApp(space);
  app.event('app_home_opened', async ({ event, client }) => {
    const blocks = [
      { type: 'header' as const, text: { type: 'plain_text' as const, text: 'Live' } },
    ];
    await client.views.publish({ user_id: event.user, view: { type: 'home', blocks } });
  });
  await app.start();
  await space.as('U2').openHome();
  const home = await space.waitFor(() => space.home('U2'));
  expect(home.blocks).toMatchObject([{ type: 'header' }]);
});

test('a command nobody acknowledges fails in the eyes of its user only', async () => {
  const clock = handClock();
  const space = await workspace({ clock });
  const app = boltApp(space);
  const { promise: heard, resolve } = Promise.withResolvers<void>();
  app.command('/argo', async () => resolve());
  await app.start();
  const running = space.as('U1').command('C1', '/argo', 'status');
  await heard;
  clock.advance(3000);
  expect(await running).toMatchObject({ ok: false, error: 'operation_timeout' });
  expect(space.ephemerals('U1')[0]?.text).toBe('/argo failed with the error "operation_timeout"');
  expect(space.acks()).toMatchObject([{ error: 'operation_timeout' }]);
});

test('mentions in a command arrive as ids only when the manifest asks for it', async () => {
  for (const escapeCommands of [false, true]) {
    const space = await workspace({ escapeCommands });
    const app = boltApp(space);
    app.command('/argo', async ({ ack, command }) => ack({ text: '`' + command.text + '`' }));
    await app.start();
    const { replies } = await space.as('U1').command('C1', '/argo', 'page @ben & #deploys');
    const sent = escapeCommands ? 'page <@U2|ben> &amp; <#C1|deploys>' : 'page @ben & #deploys';
    expect(replies[0]?.text).toBe('`' + sent + '`');
  }
});

test('without the commands scope there is no command', async () => {
  const space = await workspace({ botScopes: ['chat:write'] });
  const { error } = await space.as('U1').command('C1', '/argo', 'status');
  expect(error).toBe('not_a_valid_command');
});

test('deliverTwice sends every payload in two envelopes', async () => {
  const space = await workspace();
  const app = boltApp(space);
  const triggers: string[] = [];
  app.command('/argo', async ({ ack, command }) => {
    triggers.push(command.trigger_id);
    await ack();
  });
  await app.start();
  space.faults.deliverTwice = true;
  await space.as('U1').command('C1', '/argo', 'status');
  await space.waitFor(() => space.acks().length === 2);
  expect(new Set(triggers).size).toBe(1);
  expect(new Set(space.acks().map(({ envelopeId }) => envelopeId)).size).toBe(2);
});
