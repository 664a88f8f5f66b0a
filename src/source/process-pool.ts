// Runs work on input that others wrote in processes of its own, which are killed at a time limit.
import { type ChildProcess, fork } from 'node:child_process';

/** The question was aborted, hit its time limit (`late`), or its process failed. */
export class NoAnswer extends Error {
  readonly timedOut: boolean;

  constructor(why: string, late = false) {
    super(why);
    this.timedOut = late;
  }
}

/** The answer of a process that failed. The pool ends such a process. */
export interface Failed {
  failed: string;
}

interface Waiting<Q, A> {
  question: Q;
  signal: AbortSignal;
  resolve: (answer: A) => void;
  reject: (error: unknown) => void;
}

export interface ProcessPoolOptions<A> {
  /** The script of a child: it answers each message with one message. */
  script: URL;
  most: number;
  /** The time limit of one question. Without it, only the signal ends a question. */
  limitMs?: number;
  /** A process ends after this time without a question. */
  idleMs?: number;
  /** Whether the process cannot be used again after this answer. */
  isLast?: (answer: A) => boolean;
}

/** A process keeps its memory as long as it lives, and starts again within 0.3 s. */
const IDLE_MS = 20_000;

/** Processes that answer one question each at a time, first in, first out. An idle one ends after a while. */
export class ProcessPool<Q extends object | string, A extends object> {
  readonly #options: ProcessPoolOptions<A>;
  readonly #idle: Child<Q, A>[] = [];
  readonly #all = new Set<Child<Q, A>>();
  readonly #queue: Waiting<Q, A>[] = [];

  constructor(options: ProcessPoolOptions<A>) {
    this.#options = options;
  }

  /** Starts all processes early: loading ruff takes longer than checking a hundred files. */
  warm(): void {
    while (this.#all.size < this.#options.most) this.#rest(this.#start());
  }

  /** Processes that live now. */
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

  #start(): Child<Q, A> {
    const child = new Child<Q, A>(this.#options, () => {
      this.#all.delete(child);
      const at = this.#idle.indexOf(child);
      if (at !== -1) this.#idle.splice(at, 1);
    });
    this.#all.add(child);
    return child;
  }

  #give(child: Child<Q, A>, { question, signal, resolve, reject }: Waiting<Q, A>): void {
    child
      .ask(question, signal)
      .then(resolve, reject)
      .finally(() => {
        if (this.#all.has(child)) this.#rest(child);
        this.#next();
      });
  }

  #rest(child: Child<Q, A>): void {
    this.#idle.push(child);
    child.endAfter(this.#options.idleMs ?? IDLE_MS);
  }
}

/** A process that needs more memory ends; this one does not. */
const MOST_HEAP_MB = 1_024;

/**
 * A process rather than a worker thread: the memory that a thread has used stays with its process (glibc keeps it),
 * and a crash of WebAssembly ends everything. It inherits no environment, so no token of ours.
 */
class Child<Q extends object | string, A extends object> {
  readonly #process: ChildProcess;
  readonly #options: ProcessPoolOptions<A>;
  readonly #gone: () => void;
  #settle: ((answer: A | Failed) => void) | undefined;
  #idleTimer: NodeJS.Timeout | undefined;

  constructor(options: ProcessPoolOptions<A>, gone: () => void) {
    this.#options = options;
    this.#gone = gone;
    this.#process = fork(options.script, {
      serialization: 'advanced',
      execArgv: [`--max-old-space-size=${MOST_HEAP_MB}`],
      env: keptEnvironment(),
    });
    this.#process.on('message', (answer: A & Failed) => this.#settle?.(answer));
    this.#process.on('error', (error) => this.#end(String(error)));
    this.#process.on('exit', () => this.#end('its process ended'));
    this.#hold(false);
  }

  /** Ends the process unless a question comes before. */
  endAfter(ms: number): void {
    this.#idleTimer = setTimeout(() => this.#end('it was idle'), ms).unref();
  }

  async ask(question: Q, signal: AbortSignal): Promise<A> {
    clearTimeout(this.#idleTimer);
    const { limitMs, isLast } = this.#options;
    const answered = new Promise<A | Failed>((resolve) => {
      this.#settle = resolve;
    });
    // WebAssembly and regular expressions cannot be interrupted, so an abort kills the process.
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
    this.#hold(true);
    this.#process.send(question, (error) => error && this.#end(String(error)));
    const answer = await answered;
    clearTimeout(limit);
    this.#hold(false);
    signal.removeEventListener('abort', stop);
    if (!('failed' in answer)) {
      if (isLast?.(answer) === true) this.#end('it gave its last answer');
      return answer;
    }
    // A failed process may be in any state, so the next question gets a new one.
    this.#end(answer.failed);
    throw new NoAnswer(answer.failed, late);
  }

  /** It keeps this process alive only while a question is open. */
  #hold(yes: boolean): void {
    const how = yes ? 'ref' : 'unref';
    this.#process[how]();
    this.#process.channel?.[how]();
  }

  #end(why: string): void {
    clearTimeout(this.#idleTimer);
    this.#gone();
    this.#settle?.({ failed: why });
    this.#process.kill('SIGKILL');
  }
}

/** Compiled code of ours starts faster. */
function keptEnvironment(): NodeJS.ProcessEnv {
  const { NODE_COMPILE_CACHE: compiled } = process.env;
  return compiled === undefined ? {} : { NODE_COMPILE_CACHE: compiled };
}
