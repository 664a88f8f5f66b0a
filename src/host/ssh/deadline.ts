// Runs work under a time limit and an abort signal, and decides which failure ends it.
import { Interrupted, isFailure } from '../../deploy/record/errors.ts';

export interface Bounds {
  timeoutMs: number;
  signal: AbortSignal;
  /** Creates the failure when the time limit is reached, because it depends on how far the work got. */
  late: () => Error;
  /** Names the work in the failure after an abort: `Service started on trading-1`. */
  what: string;
}

/** Returns the failure for an aborted signal: its reason if that is a Failure, otherwise Interrupted. */
export function interruption(signal: AbortSignal, what: string): Error {
  return isFailure(signal.reason) ? signal.reason : new Interrupted(`${what} was stopped`);
}

/**
 * The signal for `work` aborts at the time limit or with the caller's signal. Its reason is the failure to throw.
 * AbortSignal.any is not used, because Node has lost its timeouts to garbage collection.
 */
export async function withDeadline<T>(
  { timeoutMs, signal, late, what }: Bounds,
  work: (stop: AbortSignal, leftMs: () => number) => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  const abort = (): void => stop.abort(interruption(signal, what));
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort);
  const end = performance.now() + timeoutMs;
  const timer = setTimeout(() => stop.abort(late()), timeoutMs);
  try {
    stop.signal.throwIfAborted();
    return await work(stop.signal, () => end - performance.now());
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}

/** Settles as the promise does, or rejects with the reason of the first signal that aborts before. */
export async function raceAbort<T>(promise: Promise<T>, ...stops: AbortSignal[]): Promise<T> {
  const { promise: stopped, reject } = Promise.withResolvers<never>();
  const listeners = stops.map((stop) => {
    const listener = (): void => reject(stop.reason);
    if (stop.aborted) listener();
    else stop.addEventListener('abort', listener);
    return () => stop.removeEventListener('abort', listener);
  });
  try {
    return await Promise.race([promise, stopped]);
  } finally {
    for (const remove of listeners) remove();
  }
}
