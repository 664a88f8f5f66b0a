/** /argo health, logs, diff and config in the sandbox's Slack: answered to one person, shared by a button. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { InspectionResult } from '../../../src/deploy/inspections/inspection.ts';
import { findTarget } from '../../../src/deploy/settings/settings.ts';
import { answerInspection } from '../../../src/slack/inspections/inspections.ts';
import { until } from '../../support/until.ts';
import { APPROVER, CHANNEL, REQUESTER, STRANGER } from '../../support/settings.ts';
import { type Bot, startBot } from '../support/bot.ts';

let bot: Bot;
beforeEach(async () => {
  bot = await startBot();
});
afterEach(() => bot.stop());

const log = (lines: number): InspectionResult => ({
  kind: 'found',
  findings: {
    kind: 'logs',
    logs: [{ host: 'host-1', unit: 'argo-blue.service', log: 'started\n'.repeat(lines) }],
  },
  warnings: [],
});

/** Types a command that begins an inspection; its id. */
async function ask(user: string, text: string): Promise<string> {
  const before = bot.inspected.length;
  await bot.workspace.as(user).command(CHANNEL, '/argo', text);
  return until(() => bot.inspected[before]);
}

/** What the person is told once `change` was done. */
async function told(user: string, change: () => Promise<unknown>): Promise<string> {
  const before = bot.workspace.ephemerals(user).length;
  await change();
  const reply = await bot.workspace.waitFor(() => bot.workspace.ephemerals(user)[before]);
  return `${reply?.text} ${JSON.stringify(reply?.blocks)}`;
}

async function refused(user: string, text: string): Promise<string> {
  return told(user, () => bot.workspace.as(user).command(CHANNEL, '/argo', text));
}

async function answered(user: string, id: string, result: InspectionResult): Promise<string> {
  await bot.inspections.finish(id, result);
  return told(user, () => answerInspection(bot.ports, id, false));
}

const lastEphemeral = (user: string) => bot.workspace.ephemerals(user).at(-1);

test('an answer is for the person who asked, beside a deployment and behind a lock', async () => {
  await bot.records.lock(
    { service: 'argo-trading', environment: 'production' },
    { reason: 'audit', by: APPROVER, at: Date.now() },
  );
  const id = await ask(STRANGER, 'health');
  const answer = await answered(STRANGER, id, {
    kind: 'found',
    findings: {
      kind: 'health',
      slots: { 'host-1': [{ slot: 'blue', live: true, state: 'healthy', ms: 12, detail: '' }] },
    },
    warnings: [],
  });
  expect(answer).toContain('1 of 2 hosts healthy; host-2 did not answer');
  expect(answer).toContain('Share in channel');
  expect(bot.workspace.messages(CHANNEL)).toEqual([]);
  expect(await bot.records.active()).toEqual([]);
});

test('each command asks for its own inspection, and needs its own role', async () => {
  const kinds = [];
  for (const text of ['health', 'diff v2', 'logs green 20']) {
    const asked = await bot.inspections.read(await ask(REQUESTER, text));
    kinds.push(asked?.request);
  }
  expect(kinds).toMatchObject([
    { kind: 'health' },
    { kind: 'diff', ref: 'v2' },
    { kind: 'logs', slot: 'green', lines: 20 },
  ]);
  expect(await refused(STRANGER, 'logs')).toContain('the deploy role');
});

test('a failure says what to type', async () => {
  const id = await ask(REQUESTER, 'logs green');
  const failure = { code: 'host-unreachable', message: 'SSH timed out', next: 'Check the host.' };
  const answer = await answered(REQUESTER, id, { kind: 'failed', failure });
  expect(answer).toContain('SSH timed out');
  expect(answer).toContain('/argo logs green --service argo-trading --env production');
});

test('a worker that is away is told after a while, and only if there is no answer', async () => {
  const id = await ask(REQUESTER, 'logs');
  const late = () => answerInspection(bot.ports, id, true);
  expect(await told(REQUESTER, late)).toContain('no worker of argo-bot took it within 15 s');
  await bot.inspections.start(id);
  expect(await told(REQUESTER, late)).toContain('takes longer than 15 s');
  await answered(REQUESTER, id, log(1));
  const before = bot.workspace.ephemerals(REQUESTER).length;
  await late();
  expect(bot.workspace.ephemerals(REQUESTER)).toHaveLength(before);
});

test('a result is shared once, with the name of the person', async () => {
  const id = await ask(REQUESTER, 'logs');
  await answered(REQUESTER, id, log(2));
  const { ts } = lastEphemeral(REQUESTER) ?? {};
  await bot.workspace.as(REQUESTER).click(CHANNEL, ts ?? '', 'share-inspection');
  await bot.workspace.as(REQUESTER).click(CHANNEL, ts ?? '', 'share-inspection');
  const shared = await bot.workspace.waitFor(() => bot.workspace.messages(CHANNEL)[0]);
  expect(JSON.stringify(shared)).toContain(`Shared by <@${REQUESTER}>`);
  expect(JSON.stringify(shared)).toContain('started');
  expect(JSON.stringify(shared)).not.toContain('Share in channel');
  expect(bot.workspace.messages(CHANNEL)).toHaveLength(1);
});

test('a log that does not fit opens as a whole', async () => {
  const id = await ask(REQUESTER, 'logs 2000');
  expect(await answered(REQUESTER, id, log(2_000))).toContain('Show the whole log');
  await bot.workspace.as(REQUESTER).click(CHANNEL, lastEphemeral(REQUESTER)?.ts ?? '', 'whole-log');
  const view = await bot.workspace.waitFor(() => bot.workspace.as(REQUESTER).openView());
  expect(JSON.stringify(view)).toContain('Whole log');
});

test('nobody shares what they may not ask for, and nothing is shared after its time', async () => {
  const id = await ask(REQUESTER, 'logs');
  await answered(REQUESTER, id, log(1));
  const { ts = '' } = lastEphemeral(REQUESTER) ?? {};
  const click = () => bot.workspace.as(REQUESTER).click(CHANNEL, ts, 'share-inspection');
  const place = findTarget(bot.ports.settings);
  if (place.kind !== 'found') throw new Error('one target');
  place.target.place.access.deploy = [APPROVER];
  expect(await told(REQUESTER, click)).toContain('the deploy role');
  bot.inspections.kept.delete(id);
  expect(await told(REQUESTER, click)).toContain('older than an hour');
  expect(bot.workspace.messages(CHANNEL)).toEqual([]);
});
