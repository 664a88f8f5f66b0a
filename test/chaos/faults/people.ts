import { setTimeout as pause } from 'node:timers/promises';
import { told } from '../../../sandbox/acts.ts';
import { deploys, people } from '../../../sandbox/people.ts';
import type { Message } from '../../../sandbox/workspace/model.ts';
import type { Fault } from '../fault.ts';
import { cardOf } from '../messages.ts';
import type { Run } from '../run.ts';
import type { World } from '../world.ts';

const cancelled: Fault = {
  name: 'cancelled',
  harmless: true,
  endings: ['cancelled', 'succeeded', 'rolled-back'],
  stages: [
    'source',
    'files',
    'claim',
    'upload',
    'verify',
    'unit',
    'start',
    'health',
    'gate',
    'switch',
  ],
  async strike({ scene }) {
    await told(scene, 'ada', 'cancel');
  },
};

async function card(world: World, run: Run): Promise<Message> {
  return world.scene.workspace.waitFor(() => cardOf(world, run.id), 30_000);
}

function click(world: World, user: string, { ts }: Message): Promise<unknown> {
  return world.scene.workspace.as(user).click(deploys, ts, 'Approve');
}

const clickedTwice: Fault = {
  name: 'clicked twice and late',
  harmless: true,
  stages: ['gate'],
  moments: ['begin'],
  decides: true,
  async strike(world, run) {
    const shown = await card(world, run);
    await Promise.all([click(world, people.ben.id, shown), click(world, people.ben.id, shown)]);
    await pause(300);
    // Its buttons may have been taken away by now, which is as good.
    await click(world, people.ben.id, shown).catch(() => undefined);
  },
};

const byTwo: Fault = {
  name: 'clicked by two',
  harmless: true,
  stages: ['gate'],
  moments: ['begin'],
  decides: true,
  async strike(world, run) {
    const shown = await card(world, run);
    await Promise.all([click(world, people.ben.id, shown), click(world, people.cleo.id, shown)]);
  },
};

const approvedAndCancelled: Fault = {
  name: 'approved and cancelled',
  harmless: true,
  stages: ['gate'],
  moments: ['begin'],
  decides: true,
  endings: ['cancelled', 'succeeded', 'rolled-back'],
  async strike(world, run) {
    const shown = await card(world, run);
    await Promise.all([
      click(world, people.ben.id, shown),
      world.scene.workspace.as(people.ada.id).command(deploys, '/argo', 'cancel'),
    ]);
  },
};

const askedTwice: Fault = {
  name: 'asked twice',
  harmless: true,
  stages: ['source'],
  moments: ['begin'],
  rivals: true,
  strike: async () => undefined,
};

export const peopleFaults = [cancelled, clickedTwice, byTwo, approvedAndCancelled, askedTwice];
