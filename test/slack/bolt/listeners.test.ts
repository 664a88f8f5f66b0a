import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { WebAPIRequestError } from '@slack/web-api';
import { fold } from '../../../src/deploy/record/fold.ts';
import { failed, finished, phaseStarted, prepared, switched } from '../../support/events.ts';
import {
  APPROVER,
  CHANNEL,
  ELSEWHERE,
  OPERATOR,
  REQUESTER,
  settings,
  STRANGER,
} from '../../support/settings.ts';
import { startBot, type Bot } from '../support/bot.ts';

const PLACE = { service: 'argo-trading', environment: 'production' };

describe('the listeners', () => {
  let bot: Bot;
  beforeEach(async () => {
    bot = await startBot();
  });
  afterEach(() => bot.stop());

  /** Sends a command and waits for its private answer. */
  async function command(user: string, text: string, channel = CHANNEL): Promise<string> {
    const before = bot.workspace.ephemerals(user).length;
    await bot.workspace.as(user).command(channel, '/argo', text);
    return answer(user, before);
  }

  async function answer(user: string, before: number): Promise<string> {
    const message = await bot.workspace.waitFor(() => bot.workspace.ephemerals(user)[before]);
    return `${message?.text}\n${JSON.stringify(message?.blocks ?? [])}`;
  }

  /** Sends a command and waits for what the whole channel is told. */
  async function heard(user: string, text: string): Promise<string> {
    const before = bot.workspace.messages(CHANNEL).length;
    await bot.workspace.as(user).command(CHANNEL, '/argo', text);
    const news = await bot.workspace.waitFor(() => bot.workspace.messages(CHANNEL)[before]);
    return news?.text ?? '';
  }

  async function click(user: string, holding: string, action: string): Promise<string> {
    const message = bot.workspace
      .messages(CHANNEL)
      .find(({ blocks }) => JSON.stringify(blocks ?? []).includes(holding));
    const before = bot.workspace.ephemerals(user).length;
    await bot.workspace.as(user).click(CHANNEL, message?.ts ?? '', action);
    return answer(user, before);
  }

  async function deployed(): Promise<string> {
    await command(REQUESTER, 'deploy');
    return bot.running();
  }

  const types = (id: string) => bot.records.journal(id).map(({ type }) => type);

  test.each([
    ['deploy', 'the deploy role'],
    ['rollback', 'the rollback role'],
    ['unlock', 'the unlock role'],
  ])(
    '/argo %s is denied to a stranger, with the reason, and writes nothing',
    async (text, reason) => {
      expect(await command(STRANGER, text)).toContain(reason);
      expect(await bot.running()).toBe('');
      expect(bot.workspace.messages(CHANNEL)).toEqual([]);
    },
  );

  test.each([
    'deploy',
    'restart',
    'status --env production',
    'history',
    'rollback users see errors',
    'unlock',
  ])('/argo %s is denied outside its channels', async (text) => {
    expect(await command(OPERATOR, text, ELSEWHERE)).toContain(
      'cannot be operated from this channel',
    );
  });

  test('cancel asks the policy too, and one may cancel one’s own', async () => {
    const id = await deployed();
    expect(await command(STRANGER, 'cancel')).toContain('the deploy role');
    expect(types(id)).not.toContain('cancel-requested');
    expect(await command(REQUESTER, 'cancel')).toContain('Cancelling');
    expect(types(id)).toContain('cancel-requested');
    expect(await command(OPERATOR, 'cancel')).toMatch(/already/);
  });

  test('cancel of what argo.yml no longer declares says that it is there, and what to do', async () => {
    const origin = { user: REQUESTER, channel: CHANNEL, team: 'T0SANDBOX' };
    const gone = { service: 'gone', environment: 'production', strategy: 'proxy', origin } as const;
    const idle = { kind: 'deploy', slot: 'idle', dryRun: false } as const;
    await bot.records.create({ ...idle, ...gone });
    for (const text of ['cancel', 'cancel --service gone --env production']) {
      const said = await command(REQUESTER, text);
      expect(said).toContain('no longer declares it');
      expect(said).toContain('restart argo-bot');
    }
    expect(await command(REQUESTER, 'cancel --service other')).toContain('There is no service');
  });

  test('cancel after the switch points to the way back', async () => {
    const id = await deployed();
    await bot.work(id, ...prepared(), ...switched());
    expect(await command(REQUESTER, 'cancel')).toContain('/argo rollback');
    expect(types(id)).not.toContain('cancel-requested');
  });

  test('rollback of a running deployment past its switch is asked of that one', async () => {
    const id = await deployed();
    await bot.work(id, ...prepared(), ...switched());
    expect(await command(APPROVER, 'rollback users see errors')).toContain('Rolling back');
    expect(fold(bot.records.journal(id)).rollback).toMatchObject({ by: APPROVER });
  });

  test.each([
    ['argo-trading', 'the service'],
    ['production', 'the environment'],
    ['host-1', 'a host'],
    ['main', 'the branch'],
  ])('rollback %s is refused: it is %s, and no reason', async (name, what) => {
    const said = await command(OPERATOR, `rollback ${name}`);
    expect(said).toContain(`\`${name}\` is ${what}, not a release.`);
    expect(said).toContain('*Next:* `/argo rollback`');
    expect(await bot.running()).toBe('');
  });

  test('rollback by command makes a record of its own', async () => {
    expect(await command(OPERATOR, 'rollback 20261120-0900-0000000 users see errors')).toContain(
      'Rollback of',
    );
    const record = await bot.records.read(await bot.running());
    expect(record?.request).toMatchObject({ kind: 'rollback', ref: '20261120-0900-0000000' });
  });

  test('bad input is answered inside the ack', async () => {
    expect(await command(REQUESTER, 'deplyo')).toContain('Did you mean `deploy`');
    expect(await command(REQUESTER, 'deploy --service argo-tradign')).toContain(
      'Did you mean `argo-trading`',
    );
    expect(await command(REQUESTER, 'deploy a..b:c')).toContain('cannot be a git ref');
    expect(await command(REQUESTER, 'help')).toContain('/argo deploy');
    expect(bot.workspace.acks().every(({ latencyMs }) => latencyMs !== undefined)).toBe(true);
  });

  test('a lock says why, by whom and how to open it; unlock opens it', async () => {
    await bot.records.lock(PLACE, { reason: 'rolled back <now>', by: APPROVER, at: Date.now() });
    const refused = await command(REQUESTER, 'deploy');
    expect(refused).toContain(`<@${APPROVER}>`);
    expect(refused).toContain('rolled back &lt;now&gt;');
    expect(refused).toContain('/argo unlock');
    expect(await heard(APPROVER, 'unlock')).toContain('unlocked by <@');
    expect(await command(APPROVER, 'unlock')).toContain('is not locked');
    expect(await command(REQUESTER, 'deploy')).toContain('has started.');
  });

  test('help shows what the one who asks may do', async () => {
    expect(await command(OPERATOR, 'help')).toContain('/argo rollback');
    const forStrangers = await command(STRANGER, 'help');
    expect(forStrangers).toContain('/argo status');
    expect(forStrangers).not.toContain('/argo rollback');
    expect(forStrangers).toContain('You cannot use');
    expect(await command(APPROVER, 'help')).not.toContain('/argo deploy');
  });

  test('retry takes the same commit once more, and nothing after a success', async () => {
    expect(await command(REQUESTER, 'retry')).toContain('Nothing has been deployed');
    const id = await deployed();
    await bot.work(id, ...prepared(), finished('failed'));
    expect(await command(REQUESTER, 'retry')).toContain('has started.');
    const again = await bot.running();
    expect((await bot.records.read(again))?.request).toMatchObject({
      slot: 'idle',
      ref: '1a2b3c4d5e6f',
    });
    await bot.work(again, finished('succeeded'));
    expect(await command(REQUESTER, 'retry')).toContain('nothing to retry');
    expect(await command(STRANGER, 'retry')).toContain('the deploy role');
  });

  test('restart is asked for by whoever may deploy, and waits for its approval like all else', async () => {
    expect(await command(STRANGER, 'restart')).toContain('the deploy role');
    expect(await command(REQUESTER, 'restart now')).toContain('takes no `now`');
    expect(await command(REQUESTER, 'restart')).toContain('Restart of `argo-trading`');
    const record = await bot.records.read(await bot.running());
    expect(record?.request).toMatchObject({ kind: 'restart' });
    await bot.workspace.waitFor(() =>
      bot.workspace.messages(CHANNEL)[0]?.text.includes('restart of the live release'),
    );
  });

  test('a person locks with a reason and a time, the channel hears of it, nobody locks over it', async () => {
    const news = await heard(REQUESTER, 'lock the <audit> for 2h');
    expect(news).toContain(`locked by <@${REQUESTER}>, until `);
    expect(news).toContain('the &lt;audit&gt;');
    const lock = await bot.records.readLock(PLACE);
    expect((lock?.until ?? 0) - (lock?.at ?? 0)).toBe(7_200_000);
    expect(await command(REQUESTER, 'lock mine')).toContain('is already locked by');
    expect(await command(REQUESTER, 'deploy')).toContain(', until <!date');
    expect(await command(STRANGER, 'lock mine')).toContain('the deploy role');
    expect(await command(STRANGER, 'status')).toContain(', until <!date');
  });

  test('a freeze locks what is open, and its end opens only what it has locked', async () => {
    const open = () => bot.records.readLock(PLACE);
    expect(await heard(REQUESTER, 'freeze holidays')).toContain('holidays');
    expect(await open()).toMatchObject({ reason: 'holidays', freeze: true });
    expect(await command(REQUESTER, 'freeze again')).toContain('already locked');
    expect(await command(STRANGER, 'freeze mine')).toContain('You cannot freeze anything');
    await bot.records.lock(PLACE, { reason: 'rolled back', by: 'argo-bot', at: Date.now() });
    expect(await command(APPROVER, 'unfreeze')).toContain('Nothing here is frozen');
    expect(await open()).toMatchObject({ reason: 'rolled back' });
  });

  test('a rollback’s lock that comes while a freeze is ended stays', async () => {
    expect(await heard(REQUESTER, 'freeze holidays')).toContain('holidays');
    const readLock = bot.records.readLock.bind(bot.records);
    const rolledBack = { reason: 'rolled back', by: 'argo-bot', at: Date.now() };
    bot.records.readLock = async (place) => {
      const lock = await readLock(place);
      await bot.records.lock(place, rolledBack);
      return lock;
    };
    expect(await command(APPROVER, 'unfreeze')).toContain('Nothing here is frozen');
    expect(await readLock(PLACE)).toEqual(rolledBack);
  });

  test('status and history tell what is live and how it went', async () => {
    expect(await command(STRANGER, 'status')).toContain('no record of a live release');
    const id = await deployed();
    const [, ...watching] = switched();
    await bot.work(
      id,
      ...prepared(),
      { type: 'approved', at: Date.now(), by: APPROVER, digest: 'd1ge57' },
      ...watching,
    );
    const meanwhile = await command(STRANGER, 'status');
    expect(meanwhile).toMatch(
      /live since .* · release `20261123-160249-1a2b3c4`.*Watching: 0 of \d+ checks done/s,
    );
    await bot.work(id, finished('succeeded'));
    expect(await command(STRANGER, 'status')).toContain('release `20261123-160249-1a2b3c4`');
    expect(await command(STRANGER, 'history 3')).toContain('deployed, live now');
    expect(await command(STRANGER, 'status', ELSEWHERE)).toContain(
      'No service is operated from this channel',
    );
  });

  test('reject asks for a reason in a modal and writes it', async () => {
    const id = await deployed();
    await bot.work(id, ...prepared());
    const card = bot.workspace
      .messages(CHANNEL)
      .find(({ text }) => text.includes('Approval needed'));
    await bot.workspace.as(APPROVER).click(CHANNEL, card?.ts ?? '', 'Reject');
    const view = await bot.workspace.waitFor(() => bot.workspace.as(APPROVER).openView());
    const sent = await bot.workspace
      .as(APPROVER)
      .submit(view?.id ?? '', { reason: 'not on a Friday' });
    expect(sent.ok).toBe(true);
    await bot.workspace.waitFor(() => types(id).includes('rejected'));
    expect(fold(bot.records.journal(id)).gate?.decision).toMatchObject({
      kind: 'rejected',
      by: APPROVER,
      reason: 'not on a Friday',
    });
  });

  test('reject opens no modal for someone who may not decide', async () => {
    await bot.work(await deployed(), ...prepared());
    expect(await click(STRANGER, 'Approve', 'Reject')).toContain('the approve role');
    expect(await click(STRANGER, 'Approve', 'Approve')).toContain('the approve role');
    expect(bot.workspace.as(STRANGER).openView()).toBeUndefined();
  });

  test('an approval that comes too late is journalled as expired', async () => {
    const id = await deployed();
    await bot.work(id, ...prepared({ expiresAt: Date.now() - 1 }));
    expect(await click(APPROVER, 'Approve', 'Approve')).toContain('expired');
    expect(types(id)).toContain('expired');
    expect(types(id)).not.toContain('approved');
  });

  test('an approval of what is no longer shown decides nothing', async () => {
    const id = await deployed();
    await bot.work(id, ...prepared());
    await bot.records.append(id, {
      type: 'gate-opened',
      at: Date.now(),
      digest: 'another',
      expiresAt: Date.now() + 60_000,
    });
    expect(await click(APPROVER, 'Approve', 'Approve')).toContain('card is outdated');
    expect(types(id)).not.toContain('approved');
  });

  test('an alert is acknowledged once, and rolled back by a button', async () => {
    const id = await deployed();
    await bot.work(id, ...prepared(), ...switched(), {
      type: 'alerted',
      at: Date.now(),
      reason: 'slow',
    });
    expect(await click(STRANGER, 'Acknowledge', 'Acknowledge')).toContain('the rollback role');
    expect(await click(APPROVER, 'Acknowledge', 'Acknowledge')).toContain('Acknowledged');
    expect(fold(bot.records.journal(id)).alerts[0]).toMatchObject({ acknowledgedBy: APPROVER });
    expect(await click(STRANGER, 'Roll back…', 'Roll back…')).toContain('the rollback role');
    const alert = bot.workspace
      .messages(CHANNEL)
      .find(({ blocks }) => JSON.stringify(blocks ?? []).includes('Roll back…'));
    await bot.workspace.as(OPERATOR).click(CHANNEL, alert?.ts ?? '', 'Roll back…');
    const view = await bot.workspace.waitFor(() => bot.workspace.as(OPERATOR).openView());
    await bot.workspace.as(OPERATOR).submit(view?.id ?? '', { reason: 'too slow' });
    await bot.workspace.waitFor(() => types(id).includes('rollback-requested'));
    expect(fold(bot.records.journal(id)).rollback).toMatchObject({
      by: OPERATOR,
      reason: 'too slow',
    });
  });

  test('a live slot offers the other one, with the same ref, and asks the policy again', async () => {
    await command(REQUESTER, 'deploy green main');
    const id = await bot.running();
    await bot.work(
      id,
      phaseStarted('prepare'),
      ...failed('claim', { code: 'slot-is-live' }),
      finished('failed'),
    );
    expect(await click(STRANGER, 'Deploy to blue instead', 'Deploy to blue instead')).toContain(
      'the deploy role',
    );
    expect(await click(OPERATOR, 'Deploy to blue instead', 'Deploy to blue instead')).toContain(
      'has started.',
    );
    const next = await bot.records.read(await bot.running());
    expect(next?.request).toMatchObject({ slot: 'blue', ref: 'main', origin: { user: OPERATOR } });
  });

  test('what Slack delivers twice is done once', async () => {
    bot.workspace.faults.set({ deliverTwice: true });
    await bot.workspace.as(REQUESTER).command(CHANNEL, '/argo', 'deploy --dry-run');
    await bot.workspace.waitFor(() =>
      bot.lines.some(
        ({ message }) =>
          message === 'Slack delivered a request twice; argo-bot ignores the second delivery',
      ),
    );
    await bot.workspace.waitFor(() => bot.workspace.ephemerals(REQUESTER)[0]);
    expect(await bot.records.active()).toHaveLength(1);
  });
});

const down = () => Promise.reject(new Error('no queue'));

describe('when something is away', () => {
  test('groups that Slack does not tell deny, and say so; those named by id go on', async () => {
    const bot = await startBot({
      ports: { groupsOf: () => Promise.reject(new WebAPIRequestError(new Error('cut'))) },
    });
    try {
      await bot.workspace.as(OPERATOR).command(CHANNEL, '/argo', 'deploy');
      const refusal = await bot.workspace.waitFor(() => bot.workspace.ephemerals(OPERATOR)[0]);
      expect(refusal?.text).toContain('did not say which user groups');
      await bot.workspace.as(REQUESTER).command(CHANNEL, '/argo', 'deploy');
      await bot.workspace.waitFor(() =>
        bot.workspace.ephemerals(REQUESTER)[0]?.text.includes('has started.'),
      );
    } finally {
      await bot.stop();
    }
  });

  test('Redis away gets an honest answer after the ack, and one line in the log', async () => {
    const bot = await startBot({
      ports: { isFirstDelivery: () => Promise.reject(new Error('connection lost')) },
    });
    try {
      const result = await bot.workspace.as(REQUESTER).command(CHANNEL, '/argo', 'deploy');
      expect(result).toBeDefined();
      const reply = await bot.workspace.waitFor(() => bot.workspace.ephemerals(REQUESTER)[0]);
      expect(reply?.text).toMatch(
        /argo-bot has a bug, and did not do this\.?\n.*search the bot’s log for command:/,
      );
      expect(reply?.text).not.toContain('connection lost');
      expect(bot.lines.filter(({ level }) => level === 'error')).toHaveLength(1);
      expect(await bot.running()).toBe('');
    } finally {
      await bot.stop();
    }
  });

  test('a queue that cannot be reached does not undo what was written', async () => {
    const bot = await startBot({ ports: { wake: { wake: down, inspect: down } } });
    try {
      await bot.workspace.as(REQUESTER).command(CHANNEL, '/argo', 'deploy');
      await bot.workspace.waitFor(() =>
        bot.workspace.ephemerals(REQUESTER)[0]?.text.includes('has started.'),
      );
      expect(await bot.running()).not.toBe('');
    } finally {
      await bot.stop();
    }
  });

  test('an empty list denies everyone and says so', async () => {
    const bot = await startBot({ settings: settings([], { access: { channels: [CHANNEL] } }) });
    try {
      await bot.workspace.as(REQUESTER).command(CHANNEL, '/argo', 'deploy');
      const refusal = await bot.workspace.waitFor(() => bot.workspace.ephemerals(REQUESTER)[0]);
      expect(refusal?.text).toContain('is empty. Add people');
    } finally {
      await bot.stop();
    }
  });
});
