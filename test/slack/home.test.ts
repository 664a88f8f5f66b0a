import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import type { HistoryEntry } from '../../src/deploy/history/records.ts';
import { fold } from '../../src/deploy/record/fold.ts';
import { refOf } from '../../src/deploy/record/requests.ts';
import { throttle } from '../../src/slack/home/throttle.ts';
import { type HomePlace, homeView } from '../../src/slack/views/home/home.ts';
import { examplePlaces } from './views/table/places.ts';
import { finished, prepared, switched } from '../support/events.ts';
import { until } from '../support/until.ts';
import {
  APPROVER,
  CHANNEL,
  ELSEWHERE,
  OPERATOR,
  REQUESTER,
  settings,
  STRANGER,
} from '../support/settings.ts';
import { startBot, type Bot } from './support/bot.ts';

const PLACE = { service: 'argo-trading', environment: 'production' };
let bot: Bot;
beforeEach(async () => {
  bot = await startBot({ settings: settings(['second']) });
});
afterEach(() => bot.stop());

const shown = (user: string) => JSON.stringify(bot.workspace.home(user)?.blocks ?? '');

async function opened(user: string): Promise<string> {
  await bot.workspace.as(user).openHome();
  await bot.workspace.waitFor(() => bot.workspace.home(user));
  return shown(user);
}

async function form(user: string, channel = CHANNEL) {
  await bot.workspace.as(user).command(channel, '/argo', '');
  return bot.workspace.waitFor(() => bot.workspace.as(user).openView());
}

const chooseRef = (view: string, ref: string) =>
  bot.workspace.as(REQUESTER).suggest(view, 'commit', ref);

const requests = async () => {
  const records = await Promise.all((await bot.records.active()).map((id) => bot.records.read(id)));
  return records.map((record) => record?.request);
};

test('the Home tab shows each its buttons, and none to somebody who may only look', async () => {
  await bot.workspace.as(REQUESTER).command(CHANNEL, '/argo', 'deploy --service argo-trading');
  const id = await until(async () => (await bot.records.claim(PLACE))?.deployment);
  await bot.work(id, ...prepared(), ...switched(), finished('succeeded'));
  expect(await opened(REQUESTER)).toContain('Deploy…');
  expect(shown(REQUESTER)).not.toContain('Roll back');
  expect(await opened(APPROVER)).toContain('Roll back');
  expect(shown(APPROVER)).not.toContain('Deploy…');
  expect(await opened(OPERATOR)).toContain('Deploy…');
  expect(await opened(STRANGER)).toContain('Cache the order book `1a2b3c4` · live since');
  expect(shown(STRANGER)).not.toContain('"type":"button"');
});

test('somebody who is not in the channel sees nothing of it, nor anybody while Slack hides its members', async () => {
  await bot.stop();
  bot = await startBot({ members: [REQUESTER, APPROVER, OPERATOR, 'U0BOT'] });
  expect(await opened(STRANGER)).toContain('You have no access yet');
  expect(shown(STRANGER)).not.toContain('argo-trading');
  await bot.stop();
  bot = await startBot({ without: 'channels:read' });
  expect(await opened(STRANGER)).toContain('You have no access yet');
  expect(await opened(REQUESTER)).toContain('Deploy…');
});

test('Roll back is not offered where nothing is live, nor right after a rollback', () => {
  const { live: place } = examplePlaces();
  const [last] = place.history;
  const users = { kind: 'release', release: 'older', since: 0 } as const;
  const offers = (changes: Partial<HomePlace>): boolean =>
    JSON.stringify(homeView([{ ...place, ...changes }], 0)).includes('Roll back?');
  const after = (changes: Partial<HistoryEntry>): boolean =>
    offers({ history: last ? [{ ...last, users, ...changes }] : [] });
  expect(after({})).toBe(true);
  expect(after({ ending: 'rolled-back' })).toBe(false);
  expect(after({ kind: 'rollback' })).toBe(false);
  expect(offers({ live: { kind: 'nothing' }, history: [] })).toBe(false);
  expect(offers({ live: { kind: 'unknown', since: 0, among: [] } })).toBe(true);
});

test('it is drawn anew for whoever has looked, with what runs and what is locked', async () => {
  await opened(APPROVER);
  await bot.workspace.as(REQUESTER).command(CHANNEL, '/argo', 'deploy --service argo-trading');
  const id = await until(async () => (await bot.records.claim(PLACE))?.deployment);
  await bot.work(id, ...prepared());
  await bot.home.refresh();
  expect(shown(APPROVER)).toContain('waiting for approval');
  expect(bot.workspace.home(REQUESTER)).toBeUndefined();
  await bot.work(id, finished('failed'));
  await bot.records.lock(PLACE, { reason: 'the <audit>', by: REQUESTER, at: Date.now() });
  await bot.home.refresh();
  expect(shown(APPROVER)).toContain('the &lt;audit&gt;');
  expect(shown(APPROVER)).toContain('Unlock');
});

test('Unlock opens it, answers on the tab and tells the channel', async () => {
  await bot.records.lock(PLACE, { reason: 'audit', by: REQUESTER, at: Date.now() });
  await opened(APPROVER);
  const view = bot.workspace.home(APPROVER);
  await bot.workspace.as(APPROVER).clickView(view?.id ?? '', 'Unlock');
  await bot.workspace.waitFor(() => shown(APPROVER).includes('unlocked by'));
  expect(await bot.records.readLock(PLACE)).toBeUndefined();
  expect(bot.workspace.messages(CHANNEL)[0]?.text).toContain('unlocked by');
});

test('Unlock leaves a lock that is not the one which the tab showed', async () => {
  await bot.records.lock(PLACE, { reason: 'audit', by: REQUESTER, at: 1 });
  await opened(APPROVER);
  const view = bot.workspace.home(APPROVER);
  const rolledBack = { reason: 'rolled back', by: 'argo-bot', at: 2 };
  await bot.records.lock(PLACE, rolledBack);
  await bot.workspace.as(APPROVER).clickView(view?.id ?? '', 'Unlock');
  await bot.workspace.waitFor(() => shown(APPROVER).includes('has a newer lock'));
  expect(await bot.records.readLock(PLACE)).toEqual(rolledBack);
  await bot.workspace.as(APPROVER).clickView(view?.id ?? '', 'Unlock');
  await bot.workspace.waitFor(() => shown(APPROVER).includes('unlocked by'));
});

test('Deploy… opens the form; what it says is a request in the channel of the service', async () => {
  await opened(REQUESTER);
  const home = bot.workspace.home(REQUESTER);
  await bot.workspace.as(REQUESTER).clickView(home?.id ?? '', 'Deploy…');
  const view = await bot.workspace.waitFor(() => bot.workspace.as(REQUESTER).openView());
  await bot.workspace.as(REQUESTER).clickView(view.id, 'target', 'second/production');
  const second = await bot.workspace.waitFor(() => {
    const now = bot.workspace.as(REQUESTER).openView();
    return now?.hash === view.hash ? undefined : now;
  });
  await chooseRef(second.id, 'feature/x');
  await bot.workspace.as(REQUESTER).submit(second.id, {
    slot: 'green',
    commit: 'feature/x',
    'dry-run': ['yes'],
  });
  await until(async () => (await bot.records.active()).length > 0);
  expect(await requests()).toEqual([
    expect.objectContaining({
      service: 'second',
      slot: 'green',
      ref: 'feature/x',
      dryRun: true,
      origin: expect.objectContaining({ user: REQUESTER, channel: CHANNEL }),
    }),
  ]);
});

test('while one runs, Deploy next… opens the same form, and what it says waits in line', async () => {
  await bot.workspace.as(REQUESTER).command(CHANNEL, '/argo', 'deploy --service argo-trading');
  await until(() => bot.records.claim(PLACE));
  await opened(REQUESTER);
  const home = bot.workspace.home(REQUESTER);
  await bot.workspace.as(REQUESTER).clickView(home?.id ?? '', 'Deploy next…');
  const view = await bot.workspace.waitFor(() => bot.workspace.as(REQUESTER).openView());
  await chooseRef(view.id, 'feature/x');
  await bot.workspace.as(REQUESTER).submit(view.id, { commit: 'feature/x' });
  const line = await until(async () => {
    const waiting = await bot.records.queue(PLACE);
    return waiting.length > 0 && waiting;
  });
  expect(line).toHaveLength(1);
  expect((await requests()).map((request) => request && refOf(request))).toEqual([
    undefined,
    'feature/x',
  ]);
});

test('whoever may deploy nothing from there gets help instead of a form', async () => {
  for (const [user, channel] of [
    [STRANGER, CHANNEL],
    [REQUESTER, ELSEWHERE],
  ] as const) {
    await bot.workspace.as(user).command(channel, '/argo', '');
    const answer = await bot.workspace.waitFor(() => bot.workspace.ephemerals(user)[0]);
    expect(answer.text).toContain('/argo status');
    expect(bot.workspace.as(user).openView()).toBeUndefined();
  }
});

test('the form is checked again when it comes back: roles may have gone meanwhile', async () => {
  const view = await form(REQUESTER);
  for (const service of Object.values(bot.ports.settings.services)) {
    for (const place of Object.values(service.environments)) place.access.deploy = [];
  }
  await bot.workspace.as(REQUESTER).submit(view.id, {});
  const answer = await bot.workspace.waitFor(() => bot.workspace.ephemerals(REQUESTER)[0]);
  expect(answer.text).toContain('is empty. Add people');
  expect(await requests()).toEqual([]);
});

test('Slack away does not keep the others from their Home tab, nor anything else', async () => {
  await opened(APPROVER);
  bot.workspace.faults.set({ apiDown: true });
  await bot.home.refresh();
  bot.workspace.faults.clear();
  expect(
    bot.lines.some(
      ({ message }) =>
        message ===
        'Slack did not accept an update of a Home tab; argo-bot updates the tab when the person opens it again',
    ),
  ).toBe(true);
});

test('many calls are few runs, and the last one is always followed by a run', async () => {
  let runs = 0;
  let state = 0;
  let seen = -1;
  const redraw = throttle(20, async () => {
    runs += 1;
    seen = state;
    await pause(5);
  });
  for (state = 0; state < 50; state += 1) {
    redraw.request();
    if (state % 10 === 0) await pause(10);
  }
  state = 50;
  redraw.request();
  await until(() => seen === 50);
  expect(runs).toBeLessThan(10);
  redraw.stop();
});

test('a journal of the form is like one of the command', async () => {
  const view = await form(REQUESTER);
  await bot.workspace.as(REQUESTER).submit(view.id, {});
  const id = await until(async () => (await bot.records.active())[0]);
  expect(fold(bot.records.journal(id)).request).toMatchObject({
    kind: 'deploy',
    dryRun: false,
  });
});
