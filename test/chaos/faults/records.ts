import { setTimeout as pause } from 'node:timers/promises';
import { told } from '../../../sandbox/acts.ts';
import type { Fault } from '../fault.ts';

const restarted: Fault = {
  name: 'redis restarted',
  harmless: true,
  strike: ({ scene }) => scene.redis.restart(),
};

const killed: Fault = {
  name: 'redis killed',
  harmless: true,
  async strike({ scene }) {
    await scene.redis.kill();
    await scene.redis.restart();
  },
};

const away: Fault = {
  name: 'redis away',
  harmless: true,
  async strike({ scene }, run, random) {
    await pause(1_100);
    await scene.redis.kill();
    const answer = await told(scene, 'ada', 'status').catch((error: unknown) => String(error));
    if (!/Redis|records/i.test(answer)) run.wrong.push(`while Redis was away: ${answer}`);
    await pause(random.between(1_000, 9_000));
    await scene.redis.restart();
  },
};

/**
 * Longer than a worker's lock, the look for stalled jobs and the reconciler together (14 s), so that all of them
 * have given up; now and then a whole minute.
 */
const longAway: Fault = {
  name: 'redis away for long',
  harmless: true,
  async strike({ scene }, _run, random) {
    await pause(1_100);
    await scene.redis.kill();
    await pause(random.pick([18_000, 18_000, 25_000, 60_000]));
    await scene.redis.restart();
  },
};

const slow: Fault = {
  name: 'redis slow',
  harmless: true,
  async strike({ redis }, _run, random) {
    await redis.call('CLIENT', 'PAUSE', String(random.between(800, 3_500)), 'ALL');
  },
};

const full: Fault = {
  name: 'redis full',
  harmless: true,
  async strike({ redis }, _run, random) {
    await redis.config('SET', 'maxmemory', '1');
    await pause(random.between(1_000, 4_000));
    await redis.config('SET', 'maxmemory', '0');
  },
};

/** Nothing is left of what was going on but the hosts and what stands in Slack. */
const lost: Fault = {
  name: 'redis lost',
  harmless: true,
  async strike({ scene, redis }, run) {
    run.recordsLost = true;
    await redis.flushall();
    await scene.redis.restart();
  },
};

export const recordFaults = [restarted, killed, away, longAway, slow, full, lost];
