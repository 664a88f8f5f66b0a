// Runs work on input that others wrote in worker threads, which can be terminated at a time limit.
import { Worker } from 'node:worker_threads';

/** The question was aborted, hit its time limit (`late`), or its thread failed. */
export class NoAnswer extends Error {
  readonly timedOut: boolean;

  constructor(why: string, late = false) {
    super(why);
    this.timedOut = late;
  }
}

/** The answer of a thread that failed. The pool ends such a thread. */
export interface Failed {
  failed: string;
}

interface Waiting<Q, A> {
  question: Q;
  signal: AbortSignal;
  resolve: (answer: A) => void;
  reject: (error: unknown) => void;
}

export interface ThreadsOptions<A> {
  /** The script of a thread: it answers each message with one message. */
  script: URL;
  most: number;
  /** The time limit of one question. Without it, only the signal ends a question. */
  limitMs?: number;
  /** A thread ends after this time without a question. */
  idleMs?: number;
  /** Whether the thread cannot be used again after this answer. */
  isLast?: (answer: A) => boolean;
}

/** A thread keeps its memory as long as it lives, and starts again within 0.3 s. */
const IDLE_MS = 20_000;

/** Threads that answer one question each at a time, first in, first out. An idle one ends after a while. */
export class ThreadPool<Q, A extends object> {
  readonly #options: ThreadsOptions<A>;
  readonly #idle: Thread<Q, A>[] = [];
  readonly #all = new Set<Thread<Q, A>>();
  readonly #queue: Waiting<Q, A>[] = [];

  constructor(options: ThreadsOptions<A>) {
    this.#options = options;
  }

  /** Starts all threads early: loading ruff takes longer than checking a hundred files. */
  warm(): void {
    while (this.#all.size < this.#options.most) this.#rest(this.#start());
  }

  /** Threads that live now. */
  get size(): number {
    return this.#all.size;
  }

  async ask(question: Q, signal: AbortSignal): Promise<A> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ question, signal, resolve, reject });
      this.#next();
    });
  }

  #next(): void {
    for (;;) {
      const waiting = this.#queue[0];
      if (waiting === undefined) return;
      const full = this.#idle.length === 0 && this.#all.size >= this.#options.most;
      if (!waiting.signal.aborted && full) return;
      this.#queue.shift();
      if (waiting.signal.aborted) waiting.reject(new NoAnswer('not wanted any more'));
      else this.#give(this.#idle.pop() ?? this.#start(), waiting);
    }
  }

  #start(): Thread<Q, A> {
    const thread = new Thread<Q, A>(this.#options, () => {
      this.#all.delete(thread);
      const at = this.#idle.indexOf(thread);
      if (at !== -1) this.#idle.splice(at, 1);
    });
    this.#all.add(thread);
    return thread;
  }

  #give(thread: Thread<Q, A>, { question, signal, resolve, reject }: Waiting<Q, A>): void {
    thread
      .ask(question, signal)
      .then(resolve, reject)
      .finally(() => {
        if (this.#all.has(thread)) this.#rest(thread);
        this.#next();
      });
  }

  #rest(thread: Thread<Q, A>): void {
    this.#idle.push(thread);
    thread.endAfter(this.#options.idleMs ?? IDLE_MS);
  }
}

/** A thread that needs more memory ends; the process does not. */
const MOST_HEAP_MB = 1_024;

class Thread<Q, A extends object> {
  readonly #worker: Worker;
  readonly #options: ThreadsOptions<A>;
  readonly #gone: () => void;
  #settle: ((answer: A | Failed) => void) | undefined;
  #idleTimer: NodeJS.Timeout | undefined;

  constructor(options: ThreadsOptions<A>, gone: () => void) {
    this.#options = options;
    this.#gone = gone;
    const resourceLimits = { maxOldGenerationSizeMb: MOST_HEAP_MB };
    this.#worker = new Worker(options.script, { resourceLimits });
    this.#worker.on('message', (answer: A | Failed) => this.#settle?.(answer));
    this.#worker.on('error', (error) => this.#end(String(error)));
    this.#worker.on('exit', () => this.#end('the worker thread ended'));
    this.#worker.unref();
  }

  /** Ends the thread unless a question comes before. */
  endAfter(ms: number): void {
    this.#idleTimer = setTimeout(() => this.#end('it was idle'), ms).unref();
  }

  async ask(question: Q, signal: AbortSignal): Promise<A> {
    clearTimeout(this.#idleTimer);
    const { limitMs, isLast } = this.#options;
    const answered = new Promise<A | Failed>((resolve) => {
      this.#settle = resolve;
    });
    // WebAssembly and regular expressions cannot be interrupted, so an abort terminates the thread.
    const stop = () => this.#end('not wanted any more');
    let late = false;
    const limit = setTimeout(
      () => {
        late = true;
        this.#end(`no answer within ${Number(limitMs) / 1_000} s`);
      },
      limitMs ?? 2 ** 31 - 1,
    );
    signal.addEventListener('abort', stop, { once: true });
    // The thread keeps the process alive only while a question is open.
    this.#worker.ref();
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    this.#worker.postMessage(question);
    const answer = await answered;
    clearTimeout(limit);
    this.#worker.unref();
    signal.removeEventListener('abort', stop);
    if (!('failed' in answer)) {
      if (isLast?.(answer) === true) this.#end('it gave its last answer');
      return answer;
    }
    // A failed thread may be in any state, so the next question gets a new one.
    this.#end(answer.failed);
    throw new NoAnswer(answer.failed, late);
  }

  #end(why: string): void {
    clearTimeout(this.#idleTimer);
    this.#gone();
    this.#settle?.({ failed: why });
    void this.#worker.terminate();
  }
}
