import { afterEach, expect, test } from '@jest/globals';
import type { Commit } from '../../../src/deploy/ports/ports.ts';
import { createRedactor } from '../../../src/deploy/secrets/redactor.ts';
import { createCommitOffers } from '../../../src/slack/requests/commit-offers.ts';
import { finished, prepared } from '../../support/events.ts';
import { CHANNEL, ELSEWHERE, REQUESTER, settings, STRANGER } from '../../support/settings.ts';
import { targetWith } from '../../support/target.ts';
import { until } from '../../support/until.ts';
import { startBot, type Bot } from '../support/bot.ts';

const PLACE = { service: 'argo-trading', environment: 'production' };
const SHA = 'f'.repeat(40);
const commits: Commit[] = [
  { sha: SHA, author: 'Dana', subject: 'Cross the book with hunter2', at: 2 },
  { sha: 'a'.repeat(40), author: 'Ben', subject: 'Begin', at: 1 },
];
let bot: Bot;
afterEach(() => bot.stop());

/** A bot whose git answers so. */
async function begin(recent: () => Promise<Commit[]> = async () => commits): Promise<void> {
  const redactor = createRedactor();
  redactor.learn(['hunter2-secret']);
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  bot = await startBot({
    settings: settings(['second']),
    ports: { commits: createCommitOffers({ recent, redactor, log, waitMs: 50 }) },
  });
}

const asks = () => bot.workspace.as(REQUESTER);
const opened = () => bot.workspace.waitFor(() => asks().openView());
const begun = () => until(async () => (await bot.records.active())[0]);
const offered = async (typed = '') =>
  JSON.stringify(await asks().suggest((await opened()).id, 'commit', typed));

test('the newest commits can be chosen, and typing finds among them', async () => {
  await begin();
  await asks().command(CHANNEL, '/argo', '');
  expect(await offered()).toContain('fffffff Cross the book');
  expect(await offered('begin')).not.toContain('Cross the book');
  expect(await offered('feature/x')).toContain('"value":"feature/x"');
  expect(await offered('a..b')).not.toContain('a..b');
  const long = `feature/${'x'.repeat(80)}`;
  expect(await offered(long)).not.toContain('xxx');
  expect(await offered()).toContain('Newest commit of main');
  await asks().submit((await opened()).id, { commit: SHA });
  const record = await bot.records.read(await begun());
  expect(record?.request).toMatchObject({ ...PLACE, ref: SHA, slot: 'idle' });
});

test('while git is silent, commits of past deployments are offered, and it is said', async () => {
  await begin(() => new Promise<never>(() => {}));
  await asks().command(CHANNEL, '/argo', 'deploy --service argo-trading');
  await bot.work(await begun(), ...prepared(), finished('failed'));
  await asks().command(CHANNEL, '/argo', '');
  const answer = await offered();
  expect(answer).toContain('git has not answered yet');
  expect(answer).toContain('1a2b3c4 Cache the order book');
});

test('why git fails is said, without a secret', async () => {
  await begin(() => Promise.reject(new Error('no entry with hunter2-secret')));
  await asks().command(CHANNEL, '/argo', '');
  const answer = await offered('nothing like it');
  expect(answer).toContain('Git failed: no entry with');
  expect(answer).not.toContain('hunter2-secret');
});

test('another service brings its own commits, and what was chosen before is gone', async () => {
  await begin();
  await asks().command(CHANNEL, '/argo', '');
  const first = await opened();
  await offered();
  await asks().clickView(first.id, 'target', 'second/production');
  const view = await bot.workspace.waitFor(() => {
    const now = asks().openView();
    return now?.hash === first.hash ? undefined : now;
  });
  expect(JSON.stringify(view.blocks)).toContain('commit:second/production');
  await offered();
  await asks().submit(view.id, { commit: SHA, slot: 'green' });
  const record = await bot.records.read(await begun());
  expect(record?.request).toMatchObject({ service: 'second', ref: SHA, slot: 'green' });
});

test('a form that is drawn anew shows no secret either', async () => {
  await begin();
  bot.ports.redactor.learn(['hunter2-secret']);
  const lock = { reason: 'it leaks hunter2-secret', by: REQUESTER, at: 1 };
  await bot.records.lock({ service: 'second', environment: 'production' }, lock);
  await asks().command(CHANNEL, '/argo', '');
  const first = await opened();
  await asks().clickView(first.id, 'target', 'second/production');
  const view = await bot.workspace.waitFor(() => {
    const now = asks().openView();
    return now?.hash === first.hash ? undefined : now;
  });
  expect(JSON.stringify(view.blocks)).toContain('it leaks');
  expect(JSON.stringify(view.blocks)).not.toContain('hunter2-secret');
});

test('a commit of one service is not deployed to another', async () => {
  await begin();
  await asks().command(CHANNEL, '/argo', '');
  const view = await opened();
  await offered();
  // As if Slack had been too slow to draw the form anew.
  const answer = await asks().submit(view.id, { commit: SHA, target: 'second/production' });
  expect(JSON.stringify(answer)).toContain('not a commit of second');
  expect(await bot.records.active()).toEqual([]);
});

test('nobody reads the commits of what they may not deploy', async () => {
  await begin();
  await asks().command(CHANNEL, '/argo', '');
  const view = await opened();
  for (const { environments } of Object.values(bot.ports.settings.services)) {
    for (const place of Object.values(environments)) place.access.deploy = [];
  }
  const answer = await asks().suggest(view.id, 'commit');
  expect(answer.groups).toEqual([{ options: [] }]);
});

test('the shortcut from anywhere opens the form, and asks in the channel of what is chosen', async () => {
  await begin();
  await asks().shortcut('deploy');
  await asks().submit((await opened()).id, { target: 'second/production' });
  const record = await bot.records.read(await begun());
  expect(record?.request).toMatchObject({ service: 'second', origin: { channel: CHANNEL } });
});

test('whoever may deploy nothing is told so, where there is no channel to tell it in', async () => {
  await begin();
  await bot.workspace.as(STRANGER).shortcut('deploy');
  const view = await bot.workspace.waitFor(() => bot.workspace.as(STRANGER).openView());
  expect(JSON.stringify(view.blocks)).toContain('/argo status');
});

test('the shortcut on a message of a deployment fills in what it was about', async () => {
  await begin();
  await asks().command(CHANNEL, '/argo', 'deploy --service second');
  await bot.work(await begun(), ...prepared(), finished('failed'));
  const [line] = bot.workspace.messages(CHANNEL);
  const reply = bot.workspace
    .messages(CHANNEL)
    .find(({ thread_ts: thread }) => thread === line?.ts);
  for (const ts of [line?.ts, reply?.ts]) {
    await asks().shortcut('deploy-again', { channel: CHANNEL, ts: ts ?? '' });
    const view = await opened();
    expect(view.state.values['target']?.['target']).toMatchObject({
      selected_option: { value: 'second/production' },
    });
    expect(view.state.values['commit:second/production']?.['commit']).toMatchObject({
      selected_option: { value: '1a2b3c4d5e6f' },
    });
    await asks().cancelView(view.id);
  }
});

test('on any other message it opens the form as it is', async () => {
  await begin();
  const { ts } = await asks().say(CHANNEL, 'hello');
  await asks().shortcut('deploy-again', { channel: CHANNEL, ts });
  const { state } = await opened();
  expect(state.values['commit:argo-trading/production']?.['commit']).toMatchObject({
    selected_option: null,
  });
});

test('in a channel that operates nothing it answers with help', async () => {
  await begin();
  const { ts } = await asks().say(ELSEWHERE, 'hello');
  await asks().shortcut('deploy-again', { channel: ELSEWHERE, ts });
  const answer = await bot.workspace.waitFor(() => bot.workspace.ephemerals(REQUESTER)[0]);
  expect(answer.text).toContain('/argo status');
});

test('many questions while git works are one, and its answer is kept for a moment', async () => {
  let asked = 0;
  let now = 0;
  await begin();
  const { promise, resolve } = Promise.withResolvers<Commit[]>();
  const offers = createCommitOffers({
    recent: () => ((asked += 1), promise),
    redactor: createRedactor(),
    log: bot.ports.log,
    waitMs: 5,
    now: () => now,
  });
  const target = targetWith();
  offers.prepare(target);
  expect(await offers.newest(target)).toEqual({ kind: 'late' });
  resolve(commits);
  await until(async () => (await offers.newest(target)).kind === 'fresh');
  expect(asked).toBe(1);
  now = 16_000;
  await offers.newest(target);
  expect(asked).toBe(2);
});
