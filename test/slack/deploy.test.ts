import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Message } from '../../sandbox/workspace/model.ts';
import { finished, prepared, switched } from '../support/events.ts';
import { APPROVER, CHANNEL, OPERATOR, REQUESTER } from '../support/settings.ts';
import { startBot, type Bot } from './support/bot.ts';

function buttons(message: Message | undefined) {
  return (message?.blocks ?? []).filter(({ type }) => type === 'actions');
}

describe('from /argo deploy to a decided gate', () => {
  let bot: Bot;
  beforeAll(async () => {
    bot = await startBot();
  });
  afterAll(() => bot.stop());

  const thread = () => {
    const [root] = bot.workspace.messages(CHANNEL);
    return root ? bot.workspace.thread(CHANNEL, root.ts) : [];
  };
  const containing = (text: string) =>
    thread().find((message) => JSON.stringify(message).includes(text));
  test('a deploy makes a record, a summary in the channel and a checklist in its thread', async () => {
    await bot.workspace.as(REQUESTER).command(CHANNEL, '/argo', 'deploy green');
    await bot.workspace.waitFor(() => thread().length === 2);
    const [summary, checklist] = thread();
    expect(summary?.text).toContain('argo-trading → green');
    expect(checklist?.blocks?.[0]).toMatchObject({ type: 'plan' });
    expect(bot.woken).toEqual([await bot.running()]);
  });

  test('a second deploy is told who is in the way, with a link to the thread', async () => {
    await bot.workspace.as(OPERATOR).command(CHANNEL, '/argo', 'deploy');
    const answer = await bot.workspace.waitFor(() => bot.workspace.ephemerals(OPERATOR).at(-1));
    expect(answer?.text).toContain(`<@${REQUESTER}>`);
    expect(answer?.text).toMatch(/<http[^|]+\|See its thread.>/);
  });

  test('the gate shows a card with buttons; the requester is refused by four eyes', async () => {
    await bot.work(await bot.running(), ...prepared());
    const card = await bot.workspace.waitFor(() => containing('Approval needed'));
    const asked = card?.text.split('\n')[1];
    expect(asked).toContain(`<@${APPROVER}>`);
    expect(asked).not.toContain(`<@${REQUESTER}>`);
    await bot.workspace.as(REQUESTER).click(CHANNEL, card?.ts ?? '', 'Approve');
    const answer = await bot.workspace.waitFor(() =>
      bot.workspace.ephemerals(REQUESTER).find(({ text }) => text.includes('your own deployment')),
    );
    expect(answer).toBeDefined();
  });

  test('two approvers click at once: one decides, the other is told by whom', async () => {
    const card = containing('Approval needed');
    await Promise.all([
      bot.workspace.as(APPROVER).click(CHANNEL, card?.ts ?? '', 'Approve'),
      bot.workspace.as(OPERATOR).click(CHANNEL, card?.ts ?? '', 'Approve'),
    ]);
    const told = () => [APPROVER, OPERATOR].flatMap((user) => bot.workspace.ephemerals(user));
    const late = () => told().filter(({ text }) => text.includes('Already decided by'));
    const through = () => told().filter(({ text }) => text.includes('Approved.'));
    await bot.workspace.waitFor(() => late().length === 1 && through().length === 1);
    const id = await bot.running();
    expect(bot.records.journal(id).filter(({ type }) => type === 'approved')).toHaveLength(1);
    await bot.workspace.waitFor(() => containing('✅ Approved by'));
    expect(buttons(containing('✅ Approved by'))).toEqual([]);
  });

  test('the thread ends with a result and the summary says live', async () => {
    const id = await bot.running();
    const [, ...after] = switched();
    await bot.work(id, ...after, finished('succeeded'));
    expect(thread().at(-1)?.text).toContain('live and healthy');
    expect(thread()[0]?.text).toContain('*live*');
  });
});
