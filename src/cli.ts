#!/usr/bin/env node
import { loadEnvFile } from 'node:process';
import { readSettings } from './config/argo-yml.ts';
import { readEnvironment } from './config/environment.ts';
import { isFailure } from './deploy/errors.ts';
import { createRedactor } from './deploy/redact.ts';
import { createLog } from './log.ts';
import { type Part, type Running, start } from './main.ts';
import { startPrivateRedis } from './private-redis.ts';
import { checkRedis } from './redis/connect.ts';

const USAGE = `argo-bot deploys systemd services blue/green over SSH, from Slack.

  argo-bot start     the bot and a worker in one process
  argo-bot bot       only the part that talks to Slack
  argo-bot worker    only the part that deploys; start as many as you like
  argo-bot check     reads argo.yml and the environment, says what is wrong, starts nothing

Settings come from the environment, .env and argo.yml; the README says which.
`;

/** How long a stop may take: a supervisor kills after ten seconds. */
const STOP_MS = 9_000;

async function main([command = 'help', ...rest]: string[]): Promise<number> {
  if (rest.length > 0) return complain(`argo-bot ${command} takes nothing after it.`);
  switch (command) {
    case 'start':
      return run(['worker', 'bot']);
    case 'bot':
      return run(['bot']);
    case 'worker':
      return run(['worker']);
    case 'check':
      return check();
    case 'help':
    case '--help':
    case '-h':
      process.stdout.write(USAGE);
      return 0;
    default:
      return complain(`There is no command "${command}".`);
  }
}

function complain(what: string): number {
  process.stderr.write(`${what}\n\n${USAGE}`);
  return 2;
}

function check(): number {
  const environment = readEnvironment(process.env);
  const settings = readSettings(environment.ARGO_CONFIG);
  for (const [service, { environments }] of Object.entries(settings.services)) {
    for (const [name, place] of Object.entries(environments)) {
      process.stdout.write(
        `${service} in ${name}: ${place.hosts.length} host${place.hosts.length === 1 ? '' : 's'}, ${place.strategy}\n`,
      );
    }
  }
  return 0;
}

async function run(parts: Part[]): Promise<number> {
  const environment = readEnvironment(process.env);
  const settings = readSettings(environment.ARGO_CONFIG);
  const redactor = createRedactor();
  redactor.learn(
    [environment.SLACK_BOT_TOKEN, environment.SLACK_SIGNING_SECRET].filter((s) => s !== undefined),
  );
  const log = createLog(environment.LOG_LEVEL, redactor);
  const own = environment.REDIS_URL ? undefined : await startPrivateRedis(environment.ARGO_DATA);
  if (own) redactor.learn([own.password]);
  const redisUrl = environment.REDIS_URL ?? own?.url ?? '';
  const { promise: told, resolve: tell } = Promise.withResolvers<number>();
  process.once('SIGTERM', () => tell(0));
  process.once('SIGINT', () => tell(0));
  let running: Running | undefined;
  try {
    await checkRedis(redisUrl);
    running = await start(
      { environment, settings, redisUrl, log, redactor, onFatal: () => tell(1) },
      parts,
    );
    const ready = running.ready.then(() =>
      log.info({ parts, services: Object.keys(settings.services) }, 'argo-bot is running'),
    );
    // Slack may be away at start: whoever wants to stop us then need not wait for it.
    await Promise.race([ready, told]);
    const code = await told;
    log.info({}, 'stopping');
    return code;
  } finally {
    setTimeout(() => process.exit(1), STOP_MS).unref();
    await running?.stop();
    await own?.stop();
  }
}

try {
  loadEnvFile();
} catch {
  // .env is optional; what is missing is said by readEnvironment.
}
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!isFailure(error)) throw error;
  process.stderr.write(`${error.message}\n${error.next}\n`);
  process.exitCode = 1;
}
