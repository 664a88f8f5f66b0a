import { expect, test } from '@jest/globals';
import { createWorkerHealth } from '../../jobs/worker-health.ts';

const well = { running: true, reconciledAt: 0, nextWaiting: undefined };

function consuming() {
  const time = { now: 0 };
  const look = createWorkerHealth(() => time.now);
  return {
    time,
    look: (more: Partial<Parameters<typeof look>[0]> = {}) =>
      look({ ...well, reconciledAt: time.now, ...more }),
  };
}

test('a queue that is empty, or moves, is well', () => {
  const { time, look } = consuming();
  expect(look()).toBeUndefined();
  for (const job of ['a', 'b', 'c']) {
    expect(look({ nextWaiting: job })).toBeUndefined();
    time.now += 14_000;
    expect(look({ nextWaiting: job })).toBeUndefined();
    time.now += 14_000;
  }
});

test('a job that is next in line for long is taken by nobody', () => {
  const { time, look } = consuming();
  look({ nextWaiting: 'd1_prepare' });
  time.now += 20_000;
  expect(look({ nextWaiting: 'd1_prepare' })).toBe(
    'job d1_prepare waits for 20 s and no worker takes it',
  );
  expect(look()).toBeUndefined();
});

test('a worker that has ended, or that cannot read the records, is not well', () => {
  const { time, look } = consuming();
  time.now = 60_000;
  expect(look({ running: false })).toContain('takes no jobs');
  expect(look({ reconciledAt: 30_000 })).toBe('the reconciler could not read the records for 30 s');
});
