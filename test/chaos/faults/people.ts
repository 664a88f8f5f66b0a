import { told } from '../../../sandbox/acts.ts';
import type { Fault } from '../fault.ts';

const cancelled: Fault = {
  name: 'cancelled',
  harmless: true,
  endings: ['cancelled', 'succeeded', 'rolled-back'],
  async strike({ scene }) {
    await told(scene, 'ada', 'cancel');
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

export const peopleFaults = [cancelled, askedTwice];
