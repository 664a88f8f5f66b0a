// Starts the bot, the worker or both, and stops them on SIGTERM.
import { readSettings } from '../argo-yml/argo-yml.ts';
import { readEnvironment } from '../argo-yml/environment.ts';
import { requestSecrets } from '../deploy/health/health-request.ts';
import { createRedactor } from '../deploy/secrets/redactor.ts';
import { createLog } from '../log.ts';
import type { Part, Running } from '../main/wiring.ts';
import { start } from '../main.ts';
import { startPrivateRedis } from '../private-redis.ts';
import { secretsOf, unprotected } from '../redis/connection/address.ts';
import { checkRedis } from '../redis/connection/inspect-server.ts';
import { addressOf } from '../redis/connection/connect.ts';

/** A stop that takes longer ends with exit code 1, before a supervisor kills the process, usually after 10 s. */
const STOP_MS = 9_000;

/** Runs until a signal or a fatal error. Returns the exit code. */
export async function startParts(parts: readonly Part[]): Promise<number> {
  const environment = readEnvironment(process.env);
  const settings = readSettings(environment.ARGO_CONFIG);
  const redactor = createRedactor();
  redactor.learn(
    [
      environment.SLACK_BOT_TOKEN,
      environment.SLACK_SIGNING_SECRET,
      environment.ARGO_BOARD_PASSWORD,
    ].filter((s) => s !== undefined),
  );
  redactor.learn(requestSecrets(settings));
  const log = createLog(environment.LOG_LEVEL, redactor);
  const own = environment.REDIS_URL ? undefined : await startPrivateRedis(environment.ARGO_DATA);
  const redisUrl = environment.REDIS_URL ?? own?.url ?? '';
  redactor.learn(secretsOf(addressOf(redisUrl)));
  const { promise: exitCode, resolve: exit } = Promise.withResolvers<number>();
  process.once('SIGTERM', () => exit(0));
  process.once('SIGINT', () => exit(0));
  let running: Omit<Running, 'checks'> | undefined;
  try {
    await checkRedis(redisUrl);
    const danger = unprotected(addressOf(redisUrl));
    if (danger !== undefined) log.warn({}, `${danger}. Protect Redis: docs/how-to/redis.md`);
    running = await start(
      { environment, settings, redisUrl, log, redactor, onFatal: () => exit(1) },
      parts,
    );
    const ready = running.ready.then(() =>
      log.info({ parts, services: Object.keys(settings.services) }, 'argo-bot is running'),
    );
    // `ready` waits while Slack is unreachable, and a signal must still stop the process.
    await Promise.race([ready, exitCode]);
    const code = await exitCode;
    log.info(
      { exitCode: code },
      code === 0
        ? 'argo-bot got SIGTERM or SIGINT and stops; another worker or the next start continues its deployments'
        : 'argo-bot stops after a fatal error (see the lines above), so that its supervisor restarts it',
    );
    return code;
  } finally {
    setTimeout(() => process.exit(1), STOP_MS).unref();
    await running?.stop();
    await own?.stop();
  }
}
