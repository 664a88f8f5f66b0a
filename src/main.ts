// Starts the bot, the worker or both on shared records, in this order: ops, worker, bot.
import { openBase } from './main/base.ts';
import type { startBot } from './main/bot.ts';
import { createOps } from './main/ops.ts';
import type { Part, Running, Wiring } from './main/wiring.ts';
import type { Check } from './ops/health.ts';

/**
 * Fails with Misconfigured if the ops address is in use. Imports only the code of `parts`: the code of the other part
 * would take 20 to 40 MB.
 */
export async function start(
  wiring: Wiring,
  parts: readonly Part[],
): Promise<Omit<Running, 'checks'>> {
  // Import the parts before anything is opened, so that a failed import leaves nothing open.
  const worker = parts.includes('worker') ? await import('./main/worker.ts') : undefined;
  const slack = parts.includes('bot') ? await import('./main/bot.ts') : undefined;
  const watch = await createOps(wiring);
  const base = await openBase(wiring, watch.measures);
  const checks: Check[] = [];
  let bot: ReturnType<typeof startBot> | undefined;
  // Open the ops server first, so that health checks get an answer while the other parts start.
  const ops = await watch
    .open(base, { checks, sockets: () => bot?.sockets() })
    .catch(async (error: unknown) => {
      await base.close();
      throw error;
    });
  const running: Running[] = [];
  // Start the worker before the bot, so that a worker is ready for the first request.
  if (worker) running.push(worker.startDeployments(wiring, base));
  if (slack) {
    bot = slack.startBot(wiring, base);
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
