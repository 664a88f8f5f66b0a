import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Settings } from '../../../src/deploy/settings/settings.ts';
import { done, finished, phaseStarted } from '../../support/events.ts';
import { CHANNEL, REQUESTER, settings, STRANGER } from '../../support/settings.ts';
import { until } from '../../support/until.ts';
import { startBot, type Bot } from '../support/bot.ts';

function withConfig(file: string | undefined): Settings {
  const all = settings();
  for (const service of Object.values(all.services)) {
    if (file !== undefined)
      service.config = { file, target: 'config.json', rules: [], public: [], probes: [] };
  }
  return all;
}

let bot: Bot;
const start = async (file?: string) => {
  bot = await startBot({ settings: withConfig(file) });
};
afterEach(() => bot.stop());

async function command(user: string, text: string): Promise<string> {
  const before = bot.workspace.ephemerals(user).length;
  await bot.workspace.as(user).command(CHANNEL, '/argo', text);
  const answer = await bot.workspace.waitFor(() => bot.workspace.ephemerals(user)[before]);
  return answer.text;
}

const sha = '1a2b3c4d5e6f7a8b9c0d1a2b3c4d5e6f7a8b9c0d';
const commit = { sha, author: 'Dana', subject: 'Cache the order book', at: 1 };

/** A deployment that is live by the record. */
async function live(): Promise<void> {
  expect(await command(REQUESTER, 'deploy')).toContain('has started.');
  const facts = { release: '20261123-160249-1a2b3c4', commit };
  await bot.work(
    await bot.running(),
    phaseStarted('prepare'),
    ...done('source', 'fine', { facts }),
    ...done('switch'),
    finished('succeeded'),
  );
}

describe('/argo config', () => {
  beforeEach(() => start('/etc/argo-bot/argo.json'));

  test.each([
    ['check', 'config-check'],
    ['diff', 'config-diff'],
  ])('%s asks for an inspection, which takes no claim', async (act, kind) => {
    await bot.workspace.as(REQUESTER).command(CHANNEL, '/argo', `config ${act}`);
    const id = await until(() => bot.inspected[0]);
    expect((await bot.inspections.read(id))?.request).toMatchObject({ kind });
    expect(await bot.running()).toBe('');
    expect(bot.woken).toEqual([]);
  });

  test.each(['check', 'diff', 'push'])('%s is for those who may deploy', async (act) => {
    expect(await command(STRANGER, `config ${act}`)).toContain('the deploy role');
    expect(bot.woken).toEqual([]);
  });

  test('push before anything was deployed is refused, with the way', async () => {
    expect(await command(REQUESTER, 'config push')).toMatch(
      /No release of argo-bot is live.*`\/argo deploy`/s,
    );
    expect(bot.woken).toEqual([]);
  });

  test('push is a deployment of the live commit to the idle slot', async () => {
    await live();
    expect(await command(REQUESTER, 'config push')).toContain('Config push of `argo-trading`');
    const record = await bot.records.read(await bot.running());
    expect(record?.request).toMatchObject({
      kind: 'config-push',
      ref: sha,
      slot: 'idle',
    });
    await bot.workspace.waitFor(() =>
      bot.workspace.messages(CHANNEL).some(({ text }) => text.includes('config push with 1a2b3c4')),
    );
  });

  test('push is refused while the environment is locked', async () => {
    await live();
    await bot.records.lock(
      { service: 'argo-trading', environment: 'production' },
      { reason: 'rolled back', by: STRANGER, at: Date.now() },
    );
    expect(await command(REQUESTER, 'config push')).toContain('is locked by');
  });
});

test('a config that lies in the repository cannot be pushed by itself', async () => {
  await start('config/production.json');
  await live();
  expect(await command(REQUESTER, 'config push')).toContain('part of the repository');
});

test('a service without a config says so', async () => {
  await start();
  expect(await command(REQUESTER, 'config check')).toContain('declares no config');
});
