import { setTimeout as pause } from 'node:timers/promises';
import type { Fault } from '../fault.ts';
import type { World } from '../world.ts';
import { root } from '../world.ts';

/** Longer than the host's guard waits for the bot, and then looks. */
const GUARD_MS = 110_000;

async function colourOf({ host }: World): Promise<string> {
  return (await host.exec(`cat ${root}/.current_color`)).stdout.trim();
}

/** Every part is gone, and the new release ends: the host has to go back alone, and the bot to tell of it once. */
const botAway: Fault = {
  name: 'bot away',
  stages: ['watch'],
  moments: ['begin'],
  harmless: false,
  endings: ['rolled-back'],
  async strike(world, run) {
    const { workers, bot } = world.scene;
    const parts = [...workers, bot];
    for (const part of parts) part.kill('SIGKILL');
    await Promise.all(parts.map((part) => part.ended()));
    const colour = await colourOf(world);
    await world.host.exec(`systemctl stop argo-trading-${colour}`);
    const until = Date.now() + GUARD_MS;
    while ((await colourOf(world)) === colour && Date.now() < until) await pause(500);
    if ((await colourOf(world)) === colour) run.wrong.push('the host did not go back by itself');
    await world.complete();
  },
};

export const awayFaults = [botAway];
