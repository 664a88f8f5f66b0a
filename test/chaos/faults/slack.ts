import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
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

const limited: Fault = {
  name: 'slack says 429',
  harmless: true,
  async strike({ scene }, _run, random) {
    scene.workspace.faults.set({ retryAfter: 1 });
    await pause(random.between(1_000, 4_000));
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
  limited,
  failsAfterPost,
  socketCut,
  socketRefreshed,
  twice,
  deleted,
];
