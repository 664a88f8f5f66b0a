// Tests that listeners are called again and again, because a message may be lost, and that nothing runs without them.
import { EventEmitter } from 'node:events';
import { afterEach, expect, jest, test } from '@jest/globals';
import { listenToChanges } from '../../../src/redis/records/changes.ts';

const POLL_MS = 3_000;

/** A Redis that sends nothing. */
class SilentRedis extends EventEmitter {
  subscribe = (): Promise<number> => Promise.resolve(1);
  disconnect = (): void => {};
}

afterEach(() => void jest.useRealTimers());

test('polls while there are listeners, and only then', async () => {
  jest.useFakeTimers();
  const redis = new SilentRedis();
  const changes = await listenToChanges(redis, POLL_MS);
  expect(jest.getTimerCount()).toBe(0);
  let called = 0;
  const end = await changes.subscribe('one', () => (called += 1));
  const endOther = await changes.subscribe('other', () => {});
  jest.advanceTimersByTime(2 * POLL_MS);
  expect(called).toBe(2);
  await end();
  expect(jest.getTimerCount()).toBe(1);
  await endOther();
  expect(jest.getTimerCount()).toBe(0);
  await changes.subscribe('one', () => (called += 1));
  jest.advanceTimersByTime(POLL_MS);
  expect(called).toBe(3);
  changes.close();
  expect(jest.getTimerCount()).toBe(0);
});
