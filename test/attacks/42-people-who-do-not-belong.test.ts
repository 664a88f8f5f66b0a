// Somebody of another company in a shared channel, a guest, a bot or a deactivated account sends requests, with ids that
// argo.yml names for every role. By command, button, form, shortcut or the Home tab, nothing must come of it. Where Slack
// does not say who somebody is, the answer must be no as well.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { User } from '../../sandbox/workspace/model.ts';
import { prepared } from '../support/events.ts';
import { until } from '../support/until.ts';
import { CHANNEL, OPERATOR, REQUESTER, settings } from '../support/settings.ts';
import { startBot, type Bot } from '../slack/support/bot.ts';

const people: (User & { says: string; silent?: true })[] = [
  { id: 'U0EXTERNAL', name: 'eve', team_id: 'T0OTHER', says: 'another workspace', silent: true },
  { id: 'U0STRANGER', name: 'sam', is_stranger: true, says: 'another workspace' },
  { id: 'U0GUEST', name: 'gus', is_restricted: true, says: 'Guests' },
  { id: 'U0SINGLE', name: 'gil', is_ultra_restricted: true, says: 'Guests' },
  { id: 'U0BOTTY', name: 'botty', is_bot: true, says: 'Bots' },
  { id: 'USLACKBOT', name: 'slackbot', says: 'Bots' },
  { id: 'U0GONE', name: 'gone', deleted: true, says: 'deactivated' },
];
const all = [REQUESTER, OPERATOR, ...people.map(({ id }) => id)];
const access = { deploy: all, approve: all, rollback: all, unlock: all, channels: [CHANNEL] };

let bot: Bot;
let id = '';

beforeAll(async () => {
  bot = await startBot({ people, settings: settings([], { access }) });
  await bot.workspace.as(REQUESTER).command(CHANNEL, '/argo', 'deploy');
  await bot.workspace.waitFor(() => bot.workspace.ephemerals(REQUESTER)[0]);
  id = await bot.running();
  await bot.work(id, ...prepared());
});
afterAll(() => bot.stop());

const card = () =>
  bot.workspace.messages(CHANNEL).find(({ text }) => text.includes('Approval needed'))?.ts ?? '';

/** What of the records a request could have changed. */
const state = async () => ({
  journal: bot.records.journal(id).length,
  lock: await bot.records.readLock({ service: 'argo-trading', environment: 'production' }),
});

describe.each(people)('$name', ({ id: user, says, silent }) => {
  test.each(['cancel', 'rollback', 'lock broken', 'status', 'help', ''])(
    '/argo %s does nothing',
    async (text) => {
      const before = await state();
      const answer = answerTo(user);
      await bot.workspace.as(user).command(CHANNEL, '/argo', text);
      expect(await answer()).toContain(says);
      expect(await state()).toEqual(before);
      expect(bot.workspace.views(user)).toEqual([]);
    },
  );

  test.each(['approve', 'reject'])('the button %s does nothing', async (button) => {
    const before = await state();
    const answer = answerTo(user);
    await bot.workspace.as(user).click(CHANNEL, card(), button);
    if (silent) await served(button);
    else expect(await answer()).toContain(says);
    expect(await state()).toEqual(before);
    expect(bot.workspace.views(user)).toEqual([]);
  });

  test('the shortcut and the Home tab show nothing of ours', async () => {
    const forms = () =>
      bot.workspace.views(user).filter(({ callback_id }) => callback_id === 'deploy-modal');
    const shown = () => [...forms(), ...[bot.workspace.home(user) ?? []].flat()];
    const before = refusals(user);
    await bot.workspace.as(user).shortcut('deploy');
    await bot.workspace.as(user).openHome();
    // The shortcut of somebody whose payload names another workspace reaches no listener.
    const asked = silent ? 1 : 2;
    await until(() => shown().length > 0 || refusals(user) === before + asked);
    await served('approve');
    expect(shown()).toEqual([]);
  });
});

/** What they get next: an answer, or a form. */
function answerTo(user: string): () => Promise<string> {
  const { workspace } = bot;
  const [answers, views] = [workspace.ephemerals(user).length, workspace.views(user).length];
  const got = () => [
    ...workspace.ephemerals(user).slice(answers),
    ...workspace.views(user).slice(views),
  ];
  return async () => {
    await workspace.waitFor(() => got().length > 0);
    return JSON.stringify(got());
  };
}

const refusals = (user: string) =>
  bot.lines.filter(
    ({ message, fields }) =>
      message ===
        'argo-bot refused a request and told its sender: only full members of the workspace may use argo-bot' &&
      'user' in fields &&
      fields.user === user,
  ).length;

/** A payload that names another workspace gets no answer; but a member's click after it does, by the same way. */
async function served(button: string): Promise<void> {
  const answer = answerTo(REQUESTER);
  await bot.workspace.as(REQUESTER).click(CHANNEL, card(), button);
  await answer();
}

test.each([
  ['does not answer', 'Slack did not say whether you are a member'],
  ['refuses the scope', 'lacks the scope `users:read`'],
])('where Slack %s, nobody decides', async (how, says) => {
  const other = await startBot({
    people,
    settings: settings([], { access }),
    ...(how === 'refuses the scope' ? { without: 'users:read' } : {}),
  });
  try {
    if (how === 'does not answer') other.workspace.faults.set({ retryAfter: 30 });
    await other.workspace.as(OPERATOR).command(CHANNEL, '/argo', 'deploy');
    const answer = await other.workspace.waitFor(() => other.workspace.ephemerals(OPERATOR)[0]);
    expect(answer?.text).toContain(says);
    expect(await other.running()).toBe('');
  } finally {
    await other.stop();
  }
});
