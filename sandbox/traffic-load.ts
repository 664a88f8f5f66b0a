import { Agent, get } from 'node:http';
import { parentPort, workerData } from 'node:worker_threads';
import { loadTally } from './traffic-tally.ts';
import type { LoadSettings } from './traffic-tally.ts';

const tickMs = 2;
const answerDeadlineMs = 10_000;
const agent = new Agent({ keepAlive: true, maxSockets: 512 });
const tally = loadTally();

/** Runs in the worker thread that traffic.ts starts. */
function load(settings: LoadSettings): { finish(): Promise<void> } {
  const startedAt = performance.now();
  const most = settings.maxSeconds * settings.perSecond;
  const due = new Set<Promise<void>>();
  let begun = 0;
  const timer = setInterval(() => {
    const elapsed = performance.now() - startedAt;
    const wanted = Math.min(most, Math.floor((elapsed / 1000) * settings.perSecond));
    for (; begun < wanted; begun += 1) {
      // Latency counts from when it was due: a slow service must not slow its own measurement.
      const dueAt = startedAt + ((begun + 1) * 1000) / settings.perSecond;
      const request = ask(settings.url, dueAt, true).finally(() => due.delete(request));
      due.add(request);
    }
  }, tickMs);
  return {
    async finish() {
      clearInterval(timer);
      const endedAt = performance.now();
      await Promise.all(due);
      tally.end(endedAt);
    },
  };
}

function ask(url: string, dueAt: number, mayRetry: boolean): Promise<void> {
  return new Promise((resolve) => {
    // A second try gets a new connection: a reload closes all idle ones, not only the one just tried.
    const request = get(
      url,
      { agent: mayRetry && agent, timeout: answerDeadlineMs },
      (response) => {
        response.resume();
        response.once('close', () => {
          const release = response.headers['x-release'];
          if (!response.complete) tally.failed('the answer broke off', dueAt);
          else tally.answered(response.statusCode ?? 0, String(release ?? 'none'), dueAt);
          resolve();
        });
      },
    );
    request.once('timeout', () =>
      request.destroy(new Error(`no answer in ${answerDeadlineMs} ms`)),
    );
    request.once('error', (error: NodeJS.ErrnoException) => {
      // A server may close an idle connection just as we reuse it: every HTTP client asks again.
      if (mayRetry && request.reusedSocket && error.code === 'ECONNRESET') {
        tally.retried();
        resolve(ask(url, dueAt, false));
        return;
      }
      tally.failed(error.code ?? error.message, dueAt);
      resolve();
    });
  });
}

if (parentPort !== null) {
  const port = parentPort;
  const settings: LoadSettings = workerData;
  const running = load(settings);
  const glances =
    settings.tellEveryMs > 0 &&
    setInterval(() => port.postMessage({ glance: tally.glance() }), settings.tellEveryMs);
  port.once('message', () => {
    if (glances) clearInterval(glances);
    void running.finish().then(() => port.postMessage({ report: tally.report() }));
  });
}
