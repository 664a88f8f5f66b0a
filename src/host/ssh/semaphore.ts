// Limits how many callers run at the same time. The others wait in a queue.
import { raceAbort } from './deadline.ts';

export interface Semaphore {
  run<T>(stop: AbortSignal, work: () => Promise<T>): Promise<T>;
}

/** Callers wait first in, first out. A caller leaves the queue when its `stop` aborts. */
export function createSemaphore(limit: number): Semaphore {
  const waiting: (() => void)[] = [];
  let inside = 0;

  const leave = (): void => {
    inside -= 1;
    waiting.shift()?.();
  };

  async function enter(stop: AbortSignal): Promise<void> {
    if (inside < limit) {
      inside += 1;
      return;
    }
    const admitted = Promise.withResolvers<void>();
    const admit = (): void => {
      inside += 1;
      admitted.resolve();
    };
    waiting.push(admit);
    try {
      await raceAbort(admitted.promise, stop);
    } catch (error) {
      const index = waiting.indexOf(admit);
      // This caller was admitted just before the abort, so pass its place to the next one.
      if (index === -1) leave();
      else waiting.splice(index, 1);
      throw error;
    }
  }

  return {
    async run(stop, work) {
      await enter(stop);
      try {
        return await work();
      } finally {
        leave();
      }
    },
  };
}
