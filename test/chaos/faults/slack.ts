import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { deploys } from '../../../sandbox/people.ts';
import type { Fault } from '../fault.ts';
import { messagesOf } from '../messages.ts';

const away: Fault = {
  name: 'slack away',
  harmless: true,
  async strike({ scene }, _run, random) {
    const { faults } = scene.workspace;
    faults.set({ apiDown: true, socketsDown: true });
    faults.dropSockets();
    await pause(random.between(1_000, 6_000));
    faults.clear();
  },
};

/**
 * Longer than it takes until the pauses between two tries grow no more (31 s), and until the deployment is over:
 * what comes later is the same again.
 */
const longAway: Fault = {
  name: 'slack away to the end',
  harmless: true,
  stages: ['recheck', 'switch', 'confirm', 'sync', 'watch'],
  async strike({ scene }, _run, random) {
    const { faults } = scene.workspace;
    const back = Date.now() + random.pick([32_000, 40_000, 60_000]);
    faults.set({ apiDown: true, socketsDown: true });
    faults.dropSockets();
    return async () => {
      await pause(Math.max(0, back - Date.now()));
      faults.clear();
    };
  },
};

const limited: Fault = {
  name: 'slack says 429',
  harmless: true,
  async strike({ scene }, _run, random) {
    scene.workspace.faults.set({ retryAfter: random.pick([1, 3, 10]) });
    await pause(random.pick([1_000, 4_000, 20_000]));
    scene.workspace.faults.clear();
  },
};

const failsAfterPost: Fault = {
  name: 'slack 5xx after a post',
  harmless: true,
  async strike({ scene }) {
    scene.workspace.faults.set({ failAfterPost: 2 });
    return () => scene.workspace.faults.clear();
  },
};

const socketCut: Fault = {
  name: 'socket cut',
  harmless: true,
  async strike({ scene }) {
    scene.workspace.faults.dropSockets();
  },
};

const socketRefreshed: Fault = {
  name: 'socket refreshed',
  harmless: true,
  async strike({ scene }) {
    scene.workspace.faults.disconnect('refresh_requested');
  },
};

const twice: Fault = {
  name: 'envelopes twice',
  harmless: true,
  stages: ['source', 'checks', 'files', 'claim'],
  async strike({ scene }) {
    scene.workspace.faults.set({ deliverTwice: true });
    return () => scene.workspace.faults.clear();
  },
};

/** Nobody can be told anything there any more; the deployment goes on, and another channel knows of it. */
const archived: Fault = {
  name: 'channel archived',
  harmless: true,
  stages: ['recheck', 'switch', 'confirm', 'sync', 'watch', 'finish'],
  async strike({ scene }, run) {
    run.channelGone = true;
    scene.workspace.archive(deploys, true);
    return () => scene.workspace.archive(deploys, false);
  },
};

const Answer = z.object({ ok: z.boolean(), error: z.string().optional() });

const deleted: Fault = {
  name: 'message deleted',
  harmless: true,
  async strike(world, run, random) {
    const [first, ...others] = messagesOf(world, run.id);
    if (!first) throw new Error('it has no message yet');
    const { channel, ts } = random.pick([first, ...others]);
    run.deleted.add(ts);
    const response = await fetch(`${world.scene.workspace.apiUrl}chat.delete`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${world.scene.environment['SLACK_BOT_TOKEN'] ?? ''}`,
        'content-type': 'application/json; charset=utf-8',
      },
      body: JSON.stringify({ channel, ts }),
    });
    const { ok, error } = Answer.parse(await response.json());
    if (!ok) throw new Error(`chat.delete: ${error ?? ''}`);
  },
};

export const slackFaults = [
  away,
  longAway,
  limited,
  failsAfterPost,
  socketCut,
  socketRefreshed,
  twice,
  deleted,
  archived,
];
