import { jest } from '@jest/globals';

const everythingButTimeouts = [
  'Date',
  'hrtime',
  'nextTick',
  'performance',
  'queueMicrotask',
  'setImmediate',
  'clearImmediate',
  'setInterval',
  'clearInterval',
] as const;

/**
 * Time limits pass when the test says so, not when a busy machine is late. Returns what lets so many ms pass. The test
 * file calls `jest.useRealTimers` after each test.
 */
export function holdTimeLimits(): (ms: number) => void {
  jest.useFakeTimers({ doNotFake: [...everythingButTimeouts] });
  return (ms) => {
    jest.advanceTimersByTime(ms);
  };
}
