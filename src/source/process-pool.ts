// Answers questions about untrusted input in child processes, which are killed at a time limit.
import { type ChildProcess, fork } from 'node:child_process';

/** A question got no answer: it was aborted, exceeded its time limit (`timedOut`), or its process failed. */
export class NoAnswer extends Error {
  readonly timedOut: boolean;

  constructor(why: string, late = false) {
    super(why);
    this.timedOut = late;
  }
}

/** A child process sends this instead of an answer when it failed. The pool then kills it. */
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
  /** The script of the child processes. It answers each message with one message. */
  script: URL;
  most: number;
  limitMs: number;
  /** A process ends after this time without a question. */
  idleMs?: number;
  /** Whether the pool must end the process after this answer, for example because ruff crashed in it. */
  isLast?: (answer: A) => boolean;
}

/** An idle process is ended to free its memory. A new one starts within 0.3 s. */
const IDLE_MS = 20_000;

/** A pool of child processes. Each answers one question at a time; further questions wait in a queue. */
export class ProcessPool<Q extends object | string, A extends object> {
  readonly #options: ProcessPoolOptions<A>;
  readonly #idle: Child<Q, A>[] = [];
  readonly #all = new Set<Child<Q, A>>();
  readonly #queue: Waiting<Q, A>[] = [];

  constructor(options: ProcessPoolOptions<A>) {
    this.#options = options;
  }

  /** Starts all processes now, so that the first question does not wait until they have loaded their code. */
  warm(): void {
    while (this.#all.size < this.#options.most) this.#addIdle(this.#start());
  }

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
      else this.#assign(this.#idle.pop() ?? this.#start(), waiting);
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

  #assign(child: Child<Q, A>, { question, signal, resolve, reject }: Waiting<Q, A>): void {
    child
      .ask(question, signal)
      .then(resolve, reject)
      .finally(() => {
        if (this.#all.has(child)) this.#addIdle(child);
        this.#next();
      });
  }

  #addIdle(child: Child<Q, A>): void {
    this.#idle.push(child);
    child.endAfter(this.#options.idleMs ?? IDLE_MS);
  }
}

/** The heap limit of a child process. A child that exceeds it crashes, and the bot keeps running. */
const MOST_HEAP_MB = 1_024;
/** The only variable that children get: with Node's compile cache they start faster. */
const ENVIRONMENT = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => name === 'NODE_COMPILE_CACHE'),
);

/**
 * A child process, not a worker thread: glibc would keep a thread's memory in the bot's process, and a WebAssembly
 * crash would end the bot. It does not inherit the environment, which contains the bot's tokens.
 */
class Child<Q extends object | string, A extends object> {
  readonly #process: ChildProcess;
  readonly #options: ProcessPoolOptions<A>;
  readonly #onEnd: () => void;
  #settle: ((answer: A | Failed) => void) | undefined;
  #idleTimer: NodeJS.Timeout | undefined;

  constructor(options: ProcessPoolOptions<A>, onEnd: () => void) {
    this.#options = options;
    this.#onEnd = onEnd;
    this.#process = fork(options.script, {
      serialization: 'advanced',
      execArgv: [`--max-old-space-size=${MOST_HEAP_MB}`],
      env: ENVIRONMENT,
    });
    this.#process.on('message', (answer: A & Failed) => this.#settle?.(answer));
    this.#process.on('error', (error) => this.#end(String(error)));
    this.#process.on('exit', () => this.#end('its process ended'));
    this.#keepBotRunning(false);
  }

  /** Ends the process after `ms`, unless it is asked a question before. */
  endAfter(ms: number): void {
    this.#idleTimer = setTimeout(() => this.#end('it was idle'), ms).unref();
  }

  async ask(question: Q, signal: AbortSignal): Promise<A> {
    clearTimeout(this.#idleTimer);
    const { limitMs, isLast } = this.#options;
    const { promise: answered, resolve } = Promise.withResolvers<A | Failed>();
    this.#settle = resolve;
    // WebAssembly and regular expressions cannot be interrupted, so an abort kills the process.
    const stop = () => this.#end('not wanted any more');
    let late = false;
    const limit = setTimeout(() => {
      late = true;
      this.#end(`no answer within ${limitMs / 1_000} s`);
    }, limitMs);
    signal.addEventListener('abort', stop, { once: true });
    this.#keepBotRunning(true);
    this.#process.send(question, (error) => error && this.#end(String(error)));
    const answer = await answered;
    clearTimeout(limit);
    this.#keepBotRunning(false);
    signal.removeEventListener('abort', stop);
    // A failed process may be in any state, so the next question gets a new one.
    if ('failed' in answer || isLast?.(answer) === true) this.#end('it gave its last answer');
    if ('failed' in answer) throw new NoAnswer(answer.failed, late);
    return answer;
  }

  /** A child that is not referenced does not keep Node running, so the bot waits for it only if a question is open. */
  #keepBotRunning(yes: boolean): void {
    const how = yes ? 'ref' : 'unref';
    this.#process[how]();
    this.#process.channel?.[how]();
  }

  #end(why: string): void {
    clearTimeout(this.#idleTimer);
    this.#onEnd();
    this.#settle?.({ failed: why });
    this.#process.kill('SIGKILL');
  }
}
