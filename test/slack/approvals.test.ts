import { afterEach, describe, expect, test } from '@jest/globals';
import type { DeploymentEvent } from '../../src/deploy/record/events.ts';
import { DIGEST, prepared } from '../support/events.ts';
import { APPROVER, CHANNEL, GROUP, OPERATOR, REQUESTER, settings } from '../support/settings.ts';
import { startBot, type Bot } from './support/bot.ts';

const access = {
  deploy: [REQUESTER],
  approve: [APPROVER, REQUESTER, GROUP],
  rollback: [],
  unlock: [],
  channels: [CHANNEL],
};

let bot: Bot;
afterEach(() => bot.stop());

async function waiting(changes: object): Promise<string> {
  bot = await startBot({ settings: settings([], { access, ...changes }) });
  await bot.workspace.as(REQUESTER).command(CHANNEL, '/argo', 'deploy');
  await bot.workspace.waitFor(() => bot.workspace.ephemerals(REQUESTER)[0]);
  const id = await bot.running();
  await bot.work(id, ...prepared());
  return id;
}

const card = () => bot.workspace.messages(CHANNEL).find(({ text }) => /Approv/.test(text));

async function answered(user: string, act: () => Promise<unknown>): Promise<string> {
  const before = bot.workspace.ephemerals(user).length;
  await act();
  const answer = await bot.workspace.waitFor(() => bot.workspace.ephemerals(user)[before]);
  return answer?.text ?? '';
}

const click = (user: string, action: string) =>
  answered(user, () => bot.workspace.as(user).click(CHANNEL, card()?.ts ?? '', action));

/** Opens the form of a decision and sends it. */
async function form(user: string, action: string, reason: string): Promise<string> {
  await bot.workspace.as(user).click(CHANNEL, card()?.ts ?? '', action);
  const view = await bot.workspace.waitFor(() => bot.workspace.as(user).openView());
  return answered(user, () => bot.workspace.as(user).submit(view?.id ?? '', { reason }));
}

const events = (id: string, type: DeploymentEvent['type']) =>
  bot.records.journal(id).filter((event) => event.type === type);
const gate = async (id: string) => (await bot.records.read(id))?.gate;

describe('two approvers', () => {
  const two = { approval: { approvers: 2 } };

  test('have to be two people, and the card shows each', async () => {
    const id = await waiting(two);
    expect(await click(APPROVER, 'approve')).toContain('1 of 2');
    expect((await gate(id))?.decision).toBeUndefined();
    await bot.workspace.waitFor(() => JSON.stringify(card()?.blocks).includes('1 of 2 approvals'));
    expect(await click(APPROVER, 'approve')).toContain('You have approved this already');
    expect(await click(REQUESTER, 'approve')).toContain('your own deployment');
    expect(await click(OPERATOR, 'approve')).toContain('Approved');
    expect((await gate(id))?.votes.map(({ by }) => by)).toEqual([APPROVER, OPERATOR]);
    expect((await gate(id))?.decision).toMatchObject({ kind: 'approved', by: OPERATOR });
  });

  test('who click at the same time each count once', async () => {
    const id = await waiting(two);
    const both = [APPROVER, APPROVER, OPERATOR, OPERATOR];
    await Promise.all(
      both.map((user) => bot.workspace.as(user).click(CHANNEL, card()?.ts ?? '', 'approve')),
    );
    await bot.workspace.waitFor(() => bot.workspace.ephemerals(OPERATOR)[1]);
    await bot.workspace.waitFor(() => bot.workspace.ephemerals(APPROVER)[1]);
    expect(events(id, 'voted')).toHaveLength(1);
    expect(events(id, 'approved')).toHaveLength(1);
  });

  test('one of whom rejects, end it', async () => {
    const id = await waiting(two);
    await click(APPROVER, 'approve');
    expect(await form(OPERATOR, 'reject', 'not today')).toContain('Rejected');
    expect((await gate(id))?.decision).toMatchObject({ kind: 'rejected', by: OPERATOR });
    expect(await click(APPROVER, 'approve')).toContain('Already decided');
  });

  test('one of whom came too late do not count', async () => {
    const id = await waiting(two);
    await click(APPROVER, 'approve');
    // Before the card is painted anew.
    await bot.records.append(id, { type: 'expired', at: Date.now() });
    expect(await click(OPERATOR, 'approve')).toContain('expired');
    expect(events(id, 'approved')).toEqual([]);
  });
});

test('an approval can carry a note, which the card and the journal keep', async () => {
  const id = await waiting({});
  expect(await form(APPROVER, 'approve-with-note', 'after the *close*')).toContain('Approved');
  expect(events(id, 'approved')).toMatchObject([{ note: 'after the *close*', digest: DIGEST }]);
  await bot.workspace.waitFor(() => JSON.stringify(card()?.blocks).includes('after the *close*'));
});

describe('who may break the glass', () => {
  const emergency = { access: { ...access, break_glass: [REQUESTER] }, approval: { approvers: 2 } };

  test('approves alone what they asked for, with a reason that the channel sees', async () => {
    const id = await waiting(emergency);
    expect(await form(REQUESTER, 'break-glass', 'orders are stuck <!channel>')).toContain(
      'Approved',
    );
    expect(events(id, 'approved')).toMatchObject([
      { by: REQUESTER, brokeGlass: 'orders are stuck <!channel>', digest: DIGEST },
    ]);
    expect((await gate(id))?.votes).toEqual([]);
    const told = await bot.workspace.waitFor(() =>
      bot.workspace.messages(CHANNEL).find(({ text }) => text.includes('(break glass). No second')),
    );
    expect(told).toMatchObject({ subtype: 'thread_broadcast' });
    expect(told?.text).not.toContain('<!channel>');
    await bot.workspace.waitFor(() =>
      bot.workspace
        .messages(CHANNEL)
        .some(({ text, thread_ts: reply }) => !reply && text.includes('approved alone by')),
    );
  });

  test('is nobody else, not even an approver', async () => {
    const id = await waiting(emergency);
    expect(await click(APPROVER, 'break-glass')).toContain('the break_glass role');
    expect(bot.workspace.views(APPROVER)).toEqual([]);
    expect((await gate(id))?.decision).toBeUndefined();
  });

  test('has no button where argo.yml names nobody', async () => {
    await waiting({});
    expect(JSON.stringify(card()?.blocks)).not.toContain('break-glass');
  });
});

describe('a decision is written with its person, its time and the digest of what was shown', () => {
  test('where it rejects', async () => {
    const id = await waiting({});
    await form(APPROVER, 'reject', 'no');
    expect(events(id, 'rejected')).toMatchObject([
      { by: APPROVER, at: expect.any(Number), digest: DIGEST, reason: 'no' },
    ]);
  });

  test('where it cancels', async () => {
    const id = await waiting({});
    const requester = bot.workspace.as(REQUESTER);
    await answered(REQUESTER, () => requester.command(CHANNEL, '/argo', 'cancel'));
    expect(events(id, 'cancel-requested')).toMatchObject([
      { by: REQUESTER, at: expect.any(Number), digest: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ]);
  });
});
