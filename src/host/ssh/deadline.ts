import { Interrupted, isFailure } from '../../deploy/record/errors.ts';

export interface Bounds {
  timeoutMs: number;
  signal: AbortSignal;
  /** What the time running out means, asked when it does. */
  late: () => Error;
  /** Words for a stop: `Service started on trading-1`. */
  what: string;
}

/** What an abort signal given from outside means for the one who waits. */
export function interruption(signal: AbortSignal, what: string): Error {
  return isFailure(signal.reason) ? signal.reason : new Interrupted(`${what} was stopped`);
}

/**
 * Runs work under one signal that fires for the time limit and for the caller's abort; its reason is
 * the failure to throw. Own timers, because AbortSignal.any has lost timeouts to garbage collection.
 */
export async function within<T>(
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

/** The promise, or the reason of whichever signal fires first. */
export async function raced<T>(promise: Promise<T>, ...stops: AbortSignal[]): Promise<T> {
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
