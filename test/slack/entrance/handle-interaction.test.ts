import { expect, test } from '@jest/globals';
import { WebAPIRateLimitedError } from '@slack/web-api';
import { createRedactor } from '../../../src/deploy/secrets/redactor.ts';
import type { Interaction, Reply } from '../../../src/slack/contract/interaction.ts';
import type { SlackPorts } from '../../../src/slack/contract/ports.ts';
import { handleInteraction } from '../../../src/slack/entrance/handle-interaction.ts';
import { createFreeLimiter } from '../../support/memory-painted.ts';
import { CHANNEL, REQUESTER } from '../../support/settings.ts';

const quiet = { info: () => {}, warn: () => {}, error: () => {} };

/** Handles a request whose first answer Slack refuses. Returns what the person is told after that. */
async function toldAfter(work: () => Promise<Reply>): Promise<string> {
  const told: string[] = [];
  let answers = 0;
  const ports: Partial<SlackPorts> = {
    log: quiet,
    redactor: createRedactor(),
    limiter: createFreeLimiter(),
    isFirstDelivery: () => Promise.resolve(true),
    checkMembership: () => Promise.resolve({ kind: 'member' }),
  };
  const interaction: Interaction = {
    // oxlint-disable-next-line no-unsafe-type-assertion -- the entrance uses only these
    ports: ports as SlackPorts,
    id: 'view:1',
    user: REQUESTER,
    channel: CHANNEL,
    team: 'T0SANDBOX',
    trigger: '',
    answer: ({ text }) => {
      answers += 1;
      if (answers === 1) return Promise.reject(new WebAPIRateLimitedError(1));
      told.push(text);
      return Promise.resolve();
    },
  };
  await handleInteraction(interaction, () => Promise.resolve(), work);
  return told.join('\n');
}

test('a request that was done is not called failed when only its answer did not reach Slack', async () => {
  const told = await toldAfter(() => Promise.resolve({ text: 'Approved.' }));
  expect(told).toContain('Your request was handled');
  expect(told).toContain('Do not repeat');
  expect(told).not.toContain('rate limit');
});
