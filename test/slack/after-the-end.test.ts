import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Message } from '../../sandbox/workspace/model.ts';
import type { DeploymentEvent } from '../../src/deploy/record/events.ts';
import { fold } from '../../src/deploy/record/fold.ts';
import { done, failed, finished, phaseStarted, prepared, switched } from '../support/events.ts';
import { APPROVER, CHANNEL, OPERATOR, REQUESTER, STRANGER } from '../support/settings.ts';
import { startBot, type Bot } from './support/bot.ts';

jest.setTimeout(60_000);
let bot: Bot;
beforeEach(async () => {
  bot = await startBot();
});
afterEach(() => bot.stop());

async function told(user: string, act: () => Promise<unknown>): Promise<string> {
  const before = bot.workspace.ephemerals(user).length;
  await act();
  const message = await bot.workspace.waitFor(() => bot.workspace.ephemerals(user)[before]);
  return `${message.text}\n${JSON.stringify(message.blocks ?? [])}`;
}

const command = (user: string, text: string) =>
  told(user, () => bot.workspace.as(user).command(CHANNEL, '/argo', text));
const withButton = (label: string): Message | undefined =>
  bot.workspace
    .messages(CHANNEL)
    .findLast(({ blocks }) => JSON.stringify(blocks ?? []).includes(`"text":"${label}"`));
const click = async (user: string, label: string) => {
  const message = await bot.workspace.waitFor(() => withButton(label));
  return told(user, () => bot.workspace.as(user).click(CHANNEL, message.ts, label));
};
const superseded: DeploymentEvent = { type: 'superseded', at: 1 };

async function ended(...events: DeploymentEvent[]): Promise<string> {
  await command(REQUESTER, 'deploy');
  const id = await bot.running();
  await bot.work(id, ...events);
  return id;
}

const broken = (log: string): DeploymentEvent[] => [
  phaseStarted('prepare'),
  ...done('source', 'fine', {
    facts: { commit: { sha: 'abc1234', author: '', subject: '', at: 1 } },
  }),
  ...failed('smoke', { log }),
  finished('failed'),
];

describe('a deployment that failed', () => {
  test('is tried again by its button with the same commit, by whoever may deploy', async () => {
    const id = await ended(...broken('why'));
    expect(await click(STRANGER, 'Retry')).toContain('the deploy role');
    expect(await click(OPERATOR, 'Retry')).toContain('has started.');
    const next = await bot.records.read(await bot.running());
    expect(next?.request).toMatchObject({
      ref: 'abc1234',
      retryOf: id,
      origin: { user: OPERATOR },
    });
  });

  test('loses its buttons when another has begun, and a late click begins nothing', async () => {
    const id = await ended(...broken('why'));
    const old = await bot.workspace.waitFor(() => withButton('Retry'));
    await bot.records.append(id, superseded);
    const late = await told(REQUESTER, () =>
      bot.workspace.as(REQUESTER).click(CHANNEL, old.ts, 'Retry'),
    );
    expect(late).toContain('a newer deployment of this environment has started');
    expect(await bot.running()).toBe('');
    await bot.work(id);
    expect(withButton('Retry')).toBeUndefined();
    expect(withButton('Show log')).toBeDefined();
  });

  test('shows the end of its log to who asks and nobody else, without secrets', async () => {
    bot.ports.redactor.learn(['hunter2-hunter2']);
    const lines = Array.from({ length: 60 }, (_, n) => `line ${n}`);
    await ended(...broken([...lines, 'key=hunter2-hunter2 <!channel>'].join('\n')));
    const posted = bot.workspace.messages(CHANNEL).length;
    // The role of `/argo logs`: what a service writes is not for everybody in the channel.
    expect(await click(STRANGER, 'Show log')).toContain('the deploy role');
    const shown = await click(REQUESTER, 'Show log');
    expect(shown).toContain('line 59');
    expect(shown).not.toContain('line 2\\n');
    expect(shown).not.toContain('hunter2');
    expect(shown).toContain('The last 40 of 61 lines');
    expect(bot.workspace.messages(CHANNEL)).toHaveLength(posted);
  });
});

describe('a deployment that is live', () => {
  test('is rolled back after its end, to the release that the button names', async () => {
    const id = await ended(...prepared(), ...switched(), finished('succeeded'));
    expect(await click(STRANGER, 'Roll back…')).toContain('the rollback role');
    expect(bot.workspace.as(STRANGER).openView()).toBeUndefined();
    await bot.workspace
      .as(APPROVER)
      .click(CHANNEL, withButton('Roll back…')?.ts ?? '', 'Roll back…');
    const view = await bot.workspace.waitFor(() => bot.workspace.as(APPROVER).openView());
    const empty = await bot.workspace.as(APPROVER).submit(view?.id ?? '', { reason: ' ' });
    expect(JSON.stringify(empty)).toContain('Give a reason');
    await bot.workspace.as(APPROVER).submit(view?.id ?? '', { reason: 'users see errors' });
    await bot.workspace.waitFor(() =>
      bot.workspace.ephemerals(APPROVER).some(({ text }) => text.includes('Rollback of')),
    );
    const back = await bot.records.read(await bot.running());
    expect(back?.request).toMatchObject({
      kind: 'rollback',
      ref: '20261120-0900-0000000',
      reason: 'users see errors',
    });
    await bot.work(id, superseded);
    expect(withButton('Roll back…')).toBeUndefined();
  });
});

const raised = (reason: string): DeploymentEvent => ({
  type: 'alerted',
  at: Date.now(),
  reason,
  fingerprint: 'not-healthy',
});
const alerts = () =>
  bot.workspace
    .messages(CHANNEL)
    .filter(({ text }) => /(?:errors from|Resolved:) argo-trading/.test(text));

describe('an alert', () => {
  test('raised twice is one message, which calls those who may do something', async () => {
    const id = await ended(...prepared(), ...switched(), raised('slow'));
    await bot.workspace.waitFor(() => alerts().length === 1);
    expect(JSON.stringify(alerts())).toContain(`<@${APPROVER}> <!subteam^S0OPS>: *Next:*`);
    await bot.work(id, { type: 'recovered', at: Date.now() });
    await bot.workspace.waitFor(() => alerts()[0]?.text.includes('Resolved'));
    await bot.work(id, raised('slow again'));
    await bot.workspace.waitFor(() => alerts()[0]?.text.includes('again'));
    expect(alerts()).toHaveLength(1);
    expect(JSON.stringify(alerts())).toContain('raised 2 times');
  });

  test('is snoozed once; what comes after its recovery is too late', async () => {
    const id = await ended(...prepared(), ...switched(), raised('slow'));
    expect(await click(STRANGER, 'Snooze 15 min')).toContain('the rollback role');
    const old = await bot.workspace.waitFor(() => withButton('Snooze 15 min'));
    expect(await click(APPROVER, 'Snooze 15 min')).toContain('automatic rollback continue');
    const { alerts: all, updatedAt } = fold(bot.records.journal(id));
    expect(all[0]?.snoozed).toEqual({ by: APPROVER, until: updatedAt + 900_000 });
    await bot.workspace.waitFor(() => withButton('Snooze 15 min') === undefined);
    await bot.records.append(id, { type: 'recovered', at: Date.now() });
    const late = await told(OPERATOR, () =>
      bot.workspace.as(OPERATOR).click(CHANNEL, old.ts, 'Acknowledge'),
    );
    expect(late).toContain('already resolved');
    expect(fold(bot.records.journal(id)).alerts[0]?.acknowledgedBy).toBeUndefined();
  });
});
