import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Message } from '../../sandbox/workspace/model.ts';
import { isQueued } from '../../src/deploy/record/deployment.ts';
import { advanceQueue } from '../../src/deploy/acts/queue.ts';
import { finished, prepared, switched } from '../support/events.ts';
import { APPROVER, CHANNEL, GROUP, OPERATOR, REQUESTER, STRANGER } from '../support/settings.ts';
import { until } from '../support/until.ts';
import { startBot, type Bot } from './support/bot.ts';

const PLACE = { service: 'argo-trading', environment: 'production' };
jest.setTimeout(60_000);
let bot: Bot;
beforeEach(async () => {
  bot = await startBot();
});
afterEach(() => bot.stop());

/** What one person is told after doing something. */
async function told(user: string, act: () => Promise<unknown>): Promise<Message> {
  const before = bot.workspace.ephemerals(user).length;
  await act();
  return bot.workspace.waitFor(() => bot.workspace.ephemerals(user)[before]);
}

const command = (user: string, text: string) =>
  told(user, () => bot.workspace.as(user).command(CHANNEL, '/argo', text));
const roots = (): Message[] =>
  bot.workspace.messages(CHANNEL).filter(({ ts, thread_ts }) => !thread_ts || thread_ts === ts);
const thread = (n: number): Message[] => {
  const root = roots()[n];
  return root ? bot.workspace.thread(CHANNEL, root.ts) : [];
};
const says = (messages: Message[], text: string) =>
  messages.find((message) => JSON.stringify(message).includes(text));

/** As the reconciler does it, for everything that waits. */
async function round(): Promise<void> {
  for (const { deployment: id } of await bot.records.queue(PLACE)) {
    const d = await bot.records.read(id);
    if (d && isQueued(d)) await advanceQueue(bot.records, d);
    await bot.work(id);
  }
}
const waits = async (): Promise<string[]> =>
  (await bot.records.queue(PLACE)).map(({ deployment }) => deployment);

describe('while another deployment is running', () => {
  test('one waits in line, is told where, and goes on by itself with a message in its thread', async () => {
    await command(REQUESTER, 'deploy green');
    const first = await bot.running();
    // Its thread is known a little later than it is running.
    await until(async () => (await bot.ports.painted.read(first))['summary']);
    const answer = await command(OPERATOR, 'deploy hotfix');
    expect(answer.text).toMatch(/next in the queue, behind the deployment by <@U0ALICE>/);
    expect(answer.text).toMatch(/<http[^|]+\|See its thread.>/);
    expect((await command(REQUESTER, 'deploy later')).text).toContain('2nd in the queue');
    await bot.workspace.waitFor(() => thread(2).length === 2);
    expect(thread(1)[0]?.text).toContain('next in the queue');
    // Nothing has begun, so there is no checklist yet, only the way out.
    expect(thread(1)).toHaveLength(2);
    expect(says(thread(1), 'Leave the queue')).toBeDefined();
    const status = await command(STRANGER, 'status');
    expect(JSON.stringify(status.blocks)).toMatch(
      /Queue: 1\. .* by <@U0CAROL>.*2\. .* by <@U0ALICE>/,
    );
    await bot.work(first, finished('failed'));
    await round();
    await bot.work(await bot.running());
    expect(says(thread(1), 'Started after')).toBeDefined();
    expect(says(thread(1), 'Leave the queue')).toBeUndefined();
    expect(thread(1)[0]?.text).toContain('waiting for a worker');
    expect(thread(2)[0]?.text).toContain('next in the queue');
  });

  test('two in the same second for the same make one deployment and one polite answer', async () => {
    const begun = [REQUESTER, OPERATOR].map((user) => command(user, 'deploy'));
    const answers = (await Promise.all(begun)).map(({ text }) => text);
    expect(answers.filter((text) => text.includes('has started.'))).toHaveLength(1);
    expect(answers.filter((text) => text.includes('Already deploying'))).toHaveLength(1);
    expect(await bot.records.active()).toHaveLength(1);
    expect(await waits()).toEqual([]);
  });

  test('two in the same second for different things keep an order', async () => {
    await Promise.all([command(REQUESTER, 'deploy main'), command(OPERATOR, 'deploy hotfix')]);
    expect(await bot.records.active()).toHaveLength(2);
    expect(await waits()).toHaveLength(1);
  });

  test('the same behind it is offered, not done; after its switch it waits of itself', async () => {
    await command(REQUESTER, 'deploy');
    const first = await bot.running();
    const answer = await command(OPERATOR, 'deploy');
    expect(answer.text).toContain(`requested by <@${REQUESTER}>`);
    const insisted = await told(OPERATOR, () =>
      bot.workspace.as(OPERATOR).click(CHANNEL, answer.ts, 'Deploy after it'),
    );
    expect(insisted.text).toContain('next in the queue');
    expect(await waits()).toHaveLength(1);
    expect((await command(OPERATOR, 'cancel')).text).toContain('Removed from the queue');
    await bot.work(first, ...prepared(), ...switched());
    expect((await command(OPERATOR, 'deploy')).text).toContain('next in the queue');
    expect((await command(REQUESTER, 'deploy')).text).toContain('already in the queue');
  });

  test('one leaves the line by the command or the button, and what is running goes on', async () => {
    await command(REQUESTER, 'deploy main');
    const first = await bot.running();
    await command(OPERATOR, 'deploy hotfix');
    const [second = ''] = await waits();
    await bot.workspace.waitFor(() => says(thread(1), 'Leave the queue'));
    const button = says(thread(1), 'Leave the queue');
    const click = (user: string) =>
      told(user, () => bot.workspace.as(user).click(CHANNEL, button?.ts ?? '', 'Leave the queue'));
    expect((await click(STRANGER)).text).toContain('the deploy role');
    expect((await click(REQUESTER)).text).toContain('Removed from the queue');
    await bot.workspace.waitFor(() => thread(1)[0]?.text.includes('cancelled by'));
    await bot.workspace.waitFor(() => !says(thread(1), 'Leave the queue'));
    expect((await bot.records.read(second))?.due).toBeUndefined();
    expect(await waits()).toEqual([]);
    expect((await bot.records.read(first))?.cancelledBy).toBeUndefined();
    await command(OPERATOR, 'deploy hotfix');
    expect((await command(OPERATOR, 'cancel')).text).toContain('Removed from the queue');
    expect((await command(OPERATOR, 'cancel')).text).toContain('Cancelling');
    expect((await bot.records.read(first))?.cancelledBy).toBe(OPERATOR);
  });

  test('a lock that a rollback leaves is waited for, and a rollback by hand comes first', async () => {
    await command(REQUESTER, 'deploy main');
    const first = await bot.running();
    await command(REQUESTER, 'deploy hotfix');
    expect((await command(APPROVER, 'rollback users see errors')).text).toContain(
      'To roll back after it instead, name the release:',
    );
    expect((await command(APPROVER, 'rollback 20261120-0900-0000000 slow')).text).toContain(
      'next in the queue',
    );
    const [back = '', second = ''] = await waits();
    expect((await bot.records.read(back))?.request.kind).toBe('rollback');
    await bot.records.lock(PLACE, { reason: 'errors', by: 'argo-bot', at: Date.now() });
    await bot.work(first, finished('rolled-back'));
    await round();
    expect(await bot.running()).toBe(back);
    await bot.work(back, finished('rolled-back'));
    await round();
    await bot.work(second);
    expect(thread(1)[0]?.text).toContain('next in the queue, behind a lock');
    expect(
      says(thread(1), `<@${APPROVER}> <!subteam^${GROUP}>: *Next:* check that the cause`),
    ).toBeDefined();
    await bot.records.unlock(PLACE, OPERATOR);
    await round();
    expect(await bot.running()).toBe(second);
  });
});
