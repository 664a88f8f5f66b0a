// An attacker has the app installed in their own workspace, or shares a channel with ours, and sends payloads with a
// valid signature. Commands, buttons, forms, shortcuts and events of another workspace, of another organization and of
// an organization-wide installation must do nothing: no record, no call to Slack; each is logged once.
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { signature } from '../../sandbox/workspace/delivery/signature.ts';
import { ids } from '../../src/slack/contract/values.ts';
import { freePort } from '../support/free-port.ts';
import { APPROVER, CHANNEL, OPERATOR, REQUESTER } from '../support/settings.ts';
import { createFreeLimiter } from '../support/memory-painted.ts';
import { until } from '../support/until.ts';
import { prepared } from '../support/events.ts';
import { startBot, type Bot } from '../slack/support/bot.ts';

const HOME = 'T0SANDBOX';
let bot: Bot;
let port = 0;
const limiter = createFreeLimiter();
/** Everybody who got past the entrance, which counts each request before it does anything else. */
const letIn = (): string[] => limiter.taken.map((key) => key.split(':')[1] ?? '');

beforeAll(async () => {
  port = await freePort();
  bot = await startBot({ httpPort: port, ports: { limiter } });
});
beforeEach(() => void limiter.taken.splice(0));
afterAll(() => bot.stop());

async function send(type: string, body: string): Promise<Response> {
  const stamp = String(Math.floor(Date.now() / 1_000));
  return fetch(`http://127.0.0.1:${port}/slack/events`, {
    method: 'POST',
    headers: {
      'content-type': type,
      'x-slack-request-timestamp': stamp,
      'x-slack-signature': signature('signed', stamp, body),
    },
    body,
  });
}

const form = 'application/x-www-form-urlencoded';
let count = 0;
const fresh = (): string => `${Date.now()}.${(count += 1)}`;

const command = (from: object) =>
  send(
    form,
    new URLSearchParams({
      command: '/argo',
      text: 'deploy',
      user_id: REQUESTER,
      channel_id: CHANNEL,
      team_id: HOME,
      trigger_id: fresh(),
      ...from,
    }).toString(),
  );

const interaction = (payload: object) =>
  send(form, new URLSearchParams({ payload: JSON.stringify(payload) }).toString());

const event = (from: object) =>
  send(
    'application/json',
    JSON.stringify({
      type: 'event_callback',
      team_id: HOME,
      event_id: fresh(),
      event: { type: 'app_home_opened', user: REQUESTER, tab: 'home' },
      ...from,
    }),
  );

const about = (from: object, user = APPROVER) => ({
  user: { id: user, team_id: HOME },
  team: { id: HOME, domain: 'sandbox' },
  enterprise: null,
  is_enterprise_install: false,
  trigger_id: fresh(),
  ...from,
});

const elsewhere: [string, object][] = [
  ['another workspace', { team: { id: 'T0OTHER', domain: 'other' } }],
  ['another organization', { enterprise: { id: 'E0OTHER', name: 'Other' } }],
  ['an installation for an organization', { team: null, is_enterprise_install: true }],
  ['a person of another workspace', { user: { id: APPROVER, team_id: 'T0OTHER' } }],
  ['no workspace at all', { team: undefined }],
];

/**
 * Sends it as foreign, then as ours by somebody else. What is ours comes later and is let in by the same door, so by
 * then the foreign one would have been.
 */
async function expectRefused(
  sendAs: (user: string, from: object) => Promise<Response>,
  from: object,
): Promise<void> {
  expect((await sendAs(APPROVER, from)).status).toBe(200);
  expect((await sendAs(OPERATOR, {})).status).toBe(200);
  await until(() => letIn().includes(OPERATOR));
  expect(letIn()).not.toContain(APPROVER);
  expect([await bot.records.active(), bot.woken]).toEqual([[], []]);
}

test.each<[string, Record<string, string>]>([
  ['another workspace', { team_id: 'T0OTHER' }],
  ['another organization', { enterprise_id: 'E0OTHER' }],
  ['an installation for an organization', { is_enterprise_install: 'true' }],
])('a command of %s begins nothing', (_what, from) =>
  expectRefused((user, more) => {
    const text = user === OPERATOR ? 'help' : 'deploy';
    return command({ user_id: user, text, ...more });
  }, from),
);

test.each<[string, object]>([
  ['another workspace', { team_id: 'T0OTHER' }],
  ['another organization', { enterprise_id: 'E0OTHER' }],
])('the Home tab of %s is not drawn', (_what, from) =>
  expectRefused(
    (user, more) => event({ event: { type: 'app_home_opened', user, tab: 'home' }, ...more }),
    from,
  ),
);

test.each(elsewhere)('the form of %s does nothing', (_what, from) => {
  const decision = { d: '20261128-160249-1a2b3c4', g: 'f00', channel: CHANNEL };
  const private_metadata = JSON.stringify(decision);
  const view = { callback_id: ids.approveModal, private_metadata, state: { values: {} } };
  return expectRefused(
    (user, more) =>
      interaction({
        type: 'view_submission',
        ...about(more, user),
        view: { id: 'V1', hash: fresh(), ...view },
      }),
    from,
  );
});

test.each(elsewhere)('the shortcut of %s does nothing', (_what, from) => {
  const shortcut = { type: 'shortcut', callback_id: ids.deployAnywhere };
  return expectRefused(
    (user, more) => interaction({ ...shortcut, ...about(more, user), action_ts: fresh() }),
    from,
  );
});

test('an approval of another workspace does not count; the same of ours does', async () => {
  await command({});
  await until(async () => (await bot.running()) !== '');
  const d = await bot.running();
  await bot.work(d, ...prepared());
  const gate = (await bot.records.read(d))?.gate;
  limiter.taken.splice(0);
  const click = (from: object) =>
    interaction({
      type: 'block_actions',
      ...about(from),
      channel: { id: CHANNEL, name: 'deploys' },
      container: { type: 'message', message_ts: '1.1', channel_id: CHANNEL },
      actions: [
        {
          type: 'button',
          action_id: ids.approve,
          block_id: 'b',
          action_ts: fresh(),
          value: JSON.stringify({ d, g: gate?.digest }),
        },
      ],
    });
  for (const [, from] of elsewhere) {
    await click(from);
    await click(from);
  }
  expect((await bot.records.read(d))?.gate?.decision).toBeUndefined();
  expect(letIn()).toEqual([]);
  const told = bot.lines.filter(({ message }) =>
    message.includes('does not clearly come from the workspace of the bot'),
  );
  expect(new Set(told.map(({ fields }) => JSON.stringify(fields))).size).toBe(told.length);
  expect(told.length).toBeGreaterThan(0);
  await click({});
  await until(async () => (await bot.records.read(d))?.gate?.decision?.kind === 'approved');
});
