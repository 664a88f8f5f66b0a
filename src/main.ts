import { openBase } from './main/base.ts';
import { startBot } from './main/bot.ts';
import type { Part, Running, Wiring } from './main/wiring.ts';
import { startDeployments } from './main/worker.ts';

/** Starts the bot, a worker, or both, on shared records. This, main/ and cli/ alone see every part. */
export async function start(wiring: Wiring, parts: readonly Part[]): Promise<Running> {
  const base = await openBase(wiring);
  const running: Running[] = [];
  // Workers first: what people ask the bot for then has somebody to do it.
  if (parts.includes('worker')) running.push(startDeployments(wiring, base));
  if (parts.includes('bot')) running.push(startBot(wiring, base));
  return {
    ready: Promise.all(running.map(({ ready }) => ready)).then(() => undefined),
    async stop() {
      for (const part of running.toReversed()) await part.stop();
      await base.close();
    },
  };
}
