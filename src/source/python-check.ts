import { Worker } from 'node:worker_threads';
import { Interrupted, StageFailed } from '../deploy/errors.ts';
import type { Finding, PythonCheck } from '../deploy/ports.ts';
import { targetVersion } from './python/target-version.ts';
import type { CheckAnswer, CheckQuestion } from './python/worker.ts';

export interface PythonCheckOptions {
  /** What was found clean is remembered here over restarts; it can be deleted at any time. */
  dataDirectory?: string;
}

/**
 * ruff in a worker thread for syntax and undefined names, and on ruff's own tokens a small walk through
 * each function for names that only some ways assign, which ruff has no rule for. pyright has one, but it
 * takes thirty seconds where this takes three, and it also reports what ordinary code does on purpose.
 */
export function createPythonCheck({ dataDirectory }: PythonCheckOptions = {}): PythonCheck {
  let bench: Bench | undefined;
  return {
    async check(directory, files, signal) {
      if (files.length === 0) return [];
      const target = await targetVersion(directory);
      if (signal.aborted) throw stopped();
      bench = bench?.open === true ? bench : new Bench(dataDirectory);
      return bench.ask({ directory, files, target }, signal);
    },
  };
}

interface Waiting {
  resolve(findings: Finding[]): void;
  reject(error: unknown): void;
}

/** One worker thread and the questions it has not answered; kept warm, and gone with whoever is stopped. */
class Bench {
  open = true;
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #last = 0;

  constructor(folder: string | undefined) {
    this.#worker = new Worker(new URL('./python/worker.ts', import.meta.url), {
      workerData: folder,
    });
    this.#worker.on('message', (answer: CheckAnswer) => this.#settle(answer));
    this.#worker.on('error', (error) => this.#close(crashed(String(error))));
    this.#worker.on('exit', () => this.#close(crashed('the worker thread ended')));
    this.#worker.unref();
  }

  async ask(question: Omit<CheckQuestion, 'id'>, signal: AbortSignal): Promise<Finding[]> {
    const id = ++this.#last;
    const answered = new Promise<Finding[]>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
    });
    const stop = () => this.#stop(id);
    signal.addEventListener('abort', stop, { once: true });
    // A process that waits for an answer stays; one that does not may end.
    this.#worker.ref();
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    this.#worker.postMessage({ ...question, id } satisfies CheckQuestion);
    return answered.finally(() => signal.removeEventListener('abort', stop));
  }

  #settle(answer: CheckAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#forget(answer.id);
    if ('findings' in answer) waiting?.resolve(answer.findings);
    else waiting?.reject(crashed(answer.failed));
  }

  /** WebAssembly cannot be interrupted, so the thread goes, unless another deployment waits for it. */
  #stop(id: number): void {
    this.#waiting.get(id)?.reject(stopped());
    this.#forget(id);
    if (this.#waiting.size > 0) return;
    this.open = false;
    void this.#worker.terminate();
  }

  #forget(id: number): void {
    this.#waiting.delete(id);
    if (this.#waiting.size === 0) this.#worker.unref();
  }

  #close(why: StageFailed): void {
    this.open = false;
    for (const waiting of this.#waiting.values()) waiting.reject(why);
    this.#waiting.clear();
  }
}

function stopped(): Interrupted {
  return new Interrupted('The Python checks were stopped');
}

function crashed(why: string): StageFailed {
  return new StageFailed(`The Python checks could not be finished: ${why}`, {
    code: 'python-check-crashed',
    next: 'Deploy again; if it happens again, set `checks: python: false` in argo.yml for now and report the file.',
  });
}
