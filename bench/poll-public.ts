// Asks the public address, in a thread of its own, until a release answers.
import { get } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';

/** A fresh connection each time, as a new user has; undefined when there is no good answer. */
function release(url: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const request = get(url, { agent: false, timeout: 1_000 }, (response) => {
      response.resume();
      const header = response.headers['x-release'];
      const well = response.statusCode === 200 && typeof header === 'string';
      response.once('close', () => resolve(well ? header : undefined));
    });
    request.once('timeout', () => request.destroy());
    request.once('error', () => resolve(undefined));
  });
}

/** Asks every `everyMs` until the sign is seen, and says when that was. */
async function poll(question: { url: string; sign: string; everyMs: number; until: number }) {
  const { url, sign, everyMs, until } = question;
  for (;;) {
    const began = Date.now();
    const seen = await release(url);
    if (seen?.endsWith(sign) === true) return parentPort?.postMessage({ at: Date.now() }, []);
    if (began > until) return parentPort?.postMessage({ late: seen ?? 'no answer' }, []);
    await pause(Math.max(0, everyMs - (Date.now() - began)));
  }
}

if (parentPort !== null) await poll(workerData);
