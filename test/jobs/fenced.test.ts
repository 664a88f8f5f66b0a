import { expect, test } from '@jest/globals';
import type { Job } from 'bullmq';
import { deployJob } from '../../jobs/deploy.ts';
import type { Wake } from '../../jobs/queue.ts';
import { play, started } from '../support/play.ts';

const asleep: Wake = {
  wake: async () => undefined,
  announce: async () => undefined,
  remind: async () => undefined,
  inspect: async () => undefined,
  answer: async () => undefined,
  close: async () => undefined,
};

test('a worker that was superseded while it slept says so once, and touches nothing more', async () => {
  const p = await play();
  const said: string[] = [];
  const log = { ...p.ports.log, warn: (_fields: object, message: string) => said.push(message) };
  // Asleep in the middle of the upload; another one takes the deployment over meanwhile.
  p.host.on['upload'] = async () => {
    await p.records.append(p.id, started(99));
    return undefined;
  };
  const job = { data: { deployment: p.id, phase: 'prepare' } } as Pick<Job, 'data'>;
  const run = { ...p.run, ports: { ...p.ports, log } };
  await expect(deployJob(job, run, asleep)).rejects.toMatchObject({ code: 'fenced' });
  expect(said.filter((line) => line.includes('fenced'))).toHaveLength(1);
  expect(p.host.scripts.at(-1)).toBe('upload');
});
