import { Worker } from 'node:worker_threads';
import type { Batch, BatchAnswer, Checked } from './worker.ts';

/** Why a batch has no answer: it was not wanted any more, or the thread could not give one. */
export class Unanswered extends Error {}

/** `stopped`: the file that no answer could be given for; those after it are not checked yet. */
export interface Some {
  checked: Checked[];
  stopped?: string;
}

interface Waiting {
  batch: Batch;
  signal: AbortSignal;
  resolve: (checked: Some) => void;
  reject: (error: unknown) => void;
}

/** Threads that check batches, one each at a time, in the order asked; kept warm between deployments. */
export class Threads {
  readonly #most: number;
  readonly #idle: Thread[] = [];
  readonly #all = new Set<Thread>();
  readonly #queue: Waiting[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  /** Starts them all: loading ruff takes longer than checking a hundred files. */
  warm(): void {
    while (this.#all.size < this.#most) this.#idle.push(this.#start());
  }

  async check(batch: Batch, signal: AbortSignal): Promise<Some> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ batch, signal, resolve, reject });
      this.#next();
    });
  }

  #next(): void {
    for (;;) {
      const waiting = this.#queue[0];
      if (waiting === undefined) return;
      if (!waiting.signal.aborted && this.#idle.length === 0 && this.#all.size >= this.#most)
        return;
      this.#queue.shift();
      if (waiting.signal.aborted) waiting.reject(new Unanswered('not wanted any more'));
      else this.#give(this.#idle.pop() ?? this.#start(), waiting);
    }
  }

  #start(): Thread {
    const thread = new Thread(() => {
      this.#all.delete(thread);
      const at = this.#idle.indexOf(thread);
      if (at !== -1) this.#idle.splice(at, 1);
    });
    this.#all.add(thread);
    return thread;
  }

  #give(thread: Thread, { batch, signal, resolve, reject }: Waiting): void {
    thread
      .check(batch, signal)
      .then(resolve, reject)
      .finally(() => {
        if (this.#all.has(thread)) this.#idle.push(thread);
        this.#next();
      });
  }
}

class Thread {
  readonly #worker: Worker;
  readonly #gone: () => void;
  #settle: ((answer: BatchAnswer) => void) | undefined;

  constructor(gone: () => void) {
    this.#gone = gone;
    this.#worker = new Worker(new URL('./worker.ts', import.meta.url));
    this.#worker.on('message', (answer: BatchAnswer) => this.#settle?.(answer));
    this.#worker.on('error', (error) => this.#end(String(error)));
    this.#worker.on('exit', () => this.#end('the worker thread ended'));
    this.#worker.unref();
  }

  async check(batch: Batch, signal: AbortSignal): Promise<Some> {
    const answered = new Promise<BatchAnswer>((resolve) => {
      this.#settle = resolve;
    });
    // WebAssembly cannot be interrupted, so the thread goes when its answer is not wanted any more.
    const stop = () => this.#end('not wanted any more');
    signal.addEventListener('abort', stop, { once: true });
    // A process that waits for an answer stays; one that does not may end.
    this.#worker.ref();
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    this.#worker.postMessage(batch);
    const answer = await answered;
    this.#worker.unref();
    signal.removeEventListener('abort', stop);
    if ('checked' in answer) {
      if (answer.stopped !== undefined) this.#end('ruff broke down');
      return answer;
    }
    // Whatever happened in there, the next file gets a ruff that has not seen it.
    this.#end(answer.failed);
    throw new Unanswered(answer.failed);
  }

  #end(why: string): void {
    this.#gone();
    this.#settle?.({ failed: why });
    void this.#worker.terminate();
  }
}
