// Tests when a worker decides that the locks of its jobs may be lost.
import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { watchLocks } from '../../jobs/lock-watchdog.ts';

const LOCK_MS = 9_000;
let worker: EventEmitter;
let lost: jest.Mock<(why: string) => void>;
let unwatch: () => void;

beforeEach(() => {
  jest.useFakeTimers();
  worker = new EventEmitter();
  lost = jest.fn();
  unwatch = watchLocks(worker, LOCK_MS, lost);
});
afterEach(() => {
  unwatch();
  jest.useRealTimers();
});

test('a worker without jobs has no timer', () => {
  expect(jest.getTimerCount()).toBe(0);
  worker.emit('active');
  worker.emit('active');
  expect(jest.getTimerCount()).toBe(1);
  worker.emit('completed');
  expect(jest.getTimerCount()).toBe(1);
  worker.emit('failed');
  expect(jest.getTimerCount()).toBe(0);
});

test('says so before the lock of a running job expires', () => {
  worker.emit('active');
  jest.advanceTimersByTime(LOCK_MS * 0.8);
  expect(lost).not.toHaveBeenCalled();
  jest.advanceTimersByTime(LOCK_MS * 0.19);
  expect(lost).toHaveBeenCalledTimes(1);
});

test('a renewal, or a job after idle hours, gives the lock its full time', () => {
  worker.emit('active');
  jest.advanceTimersByTime(LOCK_MS * 0.7);
  worker.emit('locksRenewed');
  jest.advanceTimersByTime(LOCK_MS * 0.7);
  worker.emit('completed');
  jest.advanceTimersByTime(3_600_000);
  worker.emit('active');
  jest.advanceTimersByTime(LOCK_MS * 0.7);
  expect(lost).not.toHaveBeenCalled();
});

test('a refused renewal and the end of the watch', () => {
  worker.emit('lockRenewalFailed');
  expect(lost).toHaveBeenCalledTimes(1);
  worker.emit('active');
  unwatch();
  expect(jest.getTimerCount()).toBe(0);
});
