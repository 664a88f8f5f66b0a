// Starts the bot, the worker or both on shared records, in this order: ops, worker, bot.
import { openBase } from './main/base.ts';
import { startBot } from './main/bot.ts';
import { createOps } from './main/ops.ts';
import type { Part, Running, Wiring } from './main/wiring.ts';
import { startDeployments } from './main/worker.ts';
import type { Check } from './ops/health.ts';

/** Fails with Misconfigured if the ops address is in use. */
export async function start(
  wiring: Wiring,
  parts: readonly Part[],
): Promise<Omit<Running, 'checks'>> {
  const watch = createOps(wiring);
  const base = await openBase(wiring, watch.measures);
  const checks: Check[] = [];
  let bot: ReturnType<typeof startBot> | undefined;
  // First, so that health checks get an answer while the other parts start.
  const ops = await watch
    .open(base, { checks, sockets: () => bot?.sockets() })
    .catch(async (error: unknown) => {
      await base.close();
      throw error;
    });
  const running: Running[] = [];
  // The worker before the bot, so that it is ready for the first request.
  if (parts.includes('worker')) running.push(startDeployments(wiring, base));
  if (parts.includes('bot')) {
    bot = startBot(wiring, base);
    running.push(bot);
  }
  checks.push(...running.flatMap((part) => part.checks));
  return {
    ready: Promise.all(running.map(({ ready }) => ready)).then(() => undefined),
    async stop() {
      await ops.stop();
      for (const part of running.toReversed()) await part.stop();
      await base.close();
    },
  };
}
