import { setTimeout as pause } from 'node:timers/promises';
import type { Fault } from '../fault.ts';

const cut: Fault = {
  name: 'link cut',
  harmless: false,
  async strike({ link }, _run, random) {
    link.cut();
    await pause(random.between(300, 5_000));
    link.restore();
  },
};

const reset: Fault = {
  name: 'link reset',
  harmless: true,
  async strike({ link }) {
    link.cut();
    // Long enough that every end of it has been told.
    await pause(20);
    link.restore();
  },
};

const frozen: Fault = {
  name: 'link frozen',
  harmless: false,
  async strike({ link }, _run, random) {
    link.freeze();
    // Sometimes longer than three keepalives.
    await pause(random.pick([1_500, 3_000, 17_000]));
    link.restore();
  },
};

const slow: Fault = {
  name: 'link slow',
  harmless: true,
  async strike({ link }, _run, random) {
    link.setDelay(random.between(40, 200));
    return () => link.setDelay(0);
  },
};

/** Everything that was asked happens, and nobody is told so. */
const replyLost: Fault = {
  name: 'reply lost',
  stages: ['claim', 'upload', 'verify', 'preflight', 'unit', 'start', 'switch', 'sync', 'finish'],
  moments: ['mid'],
  harmless: true,
  async strike({ link }) {
    link.freeze();
    await pause(1_200);
    link.cut();
    await pause(20);
    link.restore();
  },
};

export const linkFaults = [cut, reset, frozen, slow, replyLost];
