import { afterEach, expect, test } from '@jest/globals';
import { WebAPIRequestError } from '@slack/web-api';
import { failed, finished, phaseStarted, prepared } from '../support/events.ts';
import {
  APPROVER,
  CHANNEL,
  ELSEWHERE,
  OPERATOR,
  REQUESTER,
  settings,
  STRANGER,
} from '../support/settings.ts';
import { until } from '../support/until.ts';
import { startBot, type Bot } from './support/bot.ts';

const PLACE = { service: 'argo-trading', environment: 'production' };
const FREEZE = { reason: 'holidays', by: REQUESTER, at: 1, byCommand: true, freeze: true };

let bot: Bot;
afterEach(() => bot.stop().catch(() => {}));

/** Sends a command and returns its private answer. */
async function command(user: string, text: string, channel = CHANNEL): Promise<string> {
  const before = bot.workspace.ephemerals(user).length;
  await bot.workspace.as(user).command(channel, '/argo', text);
  return answer(user, before);
}

async function answer(user: string, before: number): Promise<string> {
  const message = await bot.workspace.waitFor(() => bot.workspace.ephemerals(user)[before]);
  return message?.text ?? '';
}

/** Clicks a button of the message that contains it. */
async function click(user: string, action: string): Promise<string> {
  const message = bot.workspace
    .messages(CHANNEL)
    .find(({ blocks }) => JSON.stringify(blocks ?? []).includes(action));
  const before = bot.workspace.ephemerals(user).length;
  await bot.workspace.as(user).click(CHANNEL, message?.ts ?? '', action);
  return answer(user, before);
}

const silent = { groupsOf: () => Promise.reject(new WebAPIRequestError(new Error('cut'))) };

test('a corrected command changes only the name that was wrong', async () => {
  bot = await startBot({ settings: settings(['second']) });
  expect(await command(REQUESTER, 'deploy prod-fix --service second --env prod')).toContain(
    '`/argo deploy prod-fix --service second --env production`',
  );
  expect(await command(REQUESTER, 'status --service=arg')).toContain('`/argo status --service=');
});

test('a click on Deploy for a service that the person may no longer deploy opens no form of another', async () => {
  bot = await startBot({ settings: settings(['second']) });
  await command(REQUESTER, 'deploy --service second');
  const id = await until(async () => (await bot.records.active())[0]);
  await bot.work(id ?? '', ...prepared(), finished('failed'));
  const access = bot.ports.settings.services['second']?.environments['production']?.access;
  if (access) access.deploy = [];
  const [line] = bot.workspace.messages(CHANNEL);
  const before = bot.workspace.ephemerals(REQUESTER).length;
  await bot.workspace
    .as(REQUESTER)
    .shortcut('deploy-again', { channel: CHANNEL, ts: line?.ts ?? '' });
  expect(await answer(REQUESTER, before)).toContain('second in production');
  expect(bot.workspace.as(REQUESTER).openView()).toBeUndefined();
});

test.each(['freeze holidays', 'unfreeze', 'help', ''])(
  '/argo %s says when a role is missing only because Slack did not answer',
  async (text) => {
    bot = await startBot({ ports: silent });
    await bot.records.lock(PLACE, FREEZE);
    expect(await command(OPERATOR, text)).toContain('did not say which user groups you are in');
  },
);

test.each(['freeze holidays', 'unfreeze', 'help', ''])(
  '/argo %s in a channel without an environment names the channel, not the roles',
  async (text) => {
    bot = await startBot();
    await bot.records.lock(PLACE, FREEZE);
    const said = await command(OPERATOR, text, ELSEWHERE);
    expect(said).toContain(`<#${CHANNEL}>`);
    expect(said).not.toContain('your roles');
  },
);

test('the answer to a form reaches a person who is not in the channel', async () => {
  bot = await startBot({ members: [APPROVER, 'U0ARGOBOT'] });
  await bot.records.lock(PLACE, { reason: 'audit', by: APPROVER, at: 1 });
  await bot.workspace.as(REQUESTER).shortcut('deploy');
  const view = await bot.workspace.waitFor(() => bot.workspace.as(REQUESTER).openView());
  await bot.workspace.as(REQUESTER).submit(view?.id ?? '', {});
  await bot.workspace.waitFor(() =>
    JSON.stringify(bot.workspace.home(REQUESTER)?.blocks ?? '').includes('audit'),
  );
});

test('an old button for the other slot does not deploy over a newer deployment', async () => {
  bot = await startBot();
  await command(REQUESTER, 'deploy green main');
  const old = await bot.running();
  await bot.work(
    old,
    phaseStarted('prepare'),
    ...failed('claim', { code: 'slot-is-live' }),
    finished('failed'),
  );
  await command(REQUESTER, 'deploy');
  await bot.work(await bot.running(), ...prepared(), finished('succeeded'));
  // The click comes before the message is painted without its button.
  await bot.records.append(old, { type: 'superseded', at: Date.now() });
  expect(await click(REQUESTER, 'Deploy to blue instead')).toContain('This button is old');
});

test('cancel of one’s own queued deployment is denied outside its channels, too', async () => {
  bot = await startBot();
  await command(OPERATOR, 'deploy');
  await command(REQUESTER, 'deploy main');
  expect(await command(REQUESTER, 'cancel', ELSEWHERE)).toContain('from this channel');
  expect(await command(REQUESTER, 'cancel')).toContain('Removed from the queue');
  expect(await command(STRANGER, 'cancel', ELSEWHERE)).toContain('from this channel');
});

test('who rejects their own deployment is told how to cancel it', async () => {
  bot = await startBot();
  await command(REQUESTER, 'deploy');
  await bot.work(await bot.running(), ...prepared());
  expect(await click(REQUESTER, 'Reject')).toContain('/argo cancel');
});

test('a reason of invisible characters is no reason', async () => {
  bot = await startBot();
  await command(REQUESTER, 'deploy');
  await bot.work(await bot.running(), ...prepared());
  const card = bot.workspace.messages(CHANNEL).find(({ text }) => text.includes('Approval needed'));
  await bot.workspace.as(APPROVER).click(CHANNEL, card?.ts ?? '', 'Reject');
  const view = await bot.workspace.waitFor(() => bot.workspace.as(APPROVER).openView());
  const sent = await bot.workspace
    .as(APPROVER)
    .submit(view?.id ?? '', { reason: '\u200B\u2060\u00AD' });
  expect(JSON.stringify(sent)).toContain('Say why');
});

test('a channel without the bot gets the thread once somebody invites it, and the requester is told', async () => {
  bot = await startBot({ members: [REQUESTER, APPROVER] });
  expect(await command(REQUESTER, 'deploy')).toContain('`/invite @argo`');
  const id = await bot.running();
  expect(await bot.records.read(id)).toBeDefined();
  expect(bot.workspace.messages(CHANNEL)).toEqual([]);
  bot.workspace.invite(CHANNEL, bot.workspace.botUserId);
  await bot.work(id, ...prepared());
  expect(bot.workspace.messages(CHANNEL).some(({ text }) => text.includes('Approval needed'))).toBe(
    true,
  );
});

test('a double click on Deploy after it queues one deployment', async () => {
  bot = await startBot();
  await command(REQUESTER, 'deploy');
  await command(OPERATOR, 'deploy');
  const offer = bot.workspace.ephemerals(OPERATOR)[0]?.ts ?? '';
  const clickIt = () => bot.workspace.as(OPERATOR).click(CHANNEL, offer, 'Deploy after it');
  await Promise.all([clickIt(), clickIt()]);
  expect(await answer(OPERATOR, 1)).toContain('next in the queue');
  await bot.stop();
  expect(await bot.records.queue(PLACE)).toHaveLength(1);
});

test.each(['deploy', 'help'])(
  '/argo %s names the scope that the app lost, so that nobody tries again in vain',
  async (text) => {
    bot = await startBot({ without: 'usergroups:read' });
    const said = await command(OPERATOR, text);
    expect(said).toContain('`usergroups:read`');
    expect(said).toContain('argo-bot doctor');
    expect(said).not.toContain('try again');
  },
);
