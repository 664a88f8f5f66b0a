import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { argoYml } from '../../../sandbox/argo-yml.ts';
import { makeRepository, type Repository } from '../../../sandbox/engine/repository.ts';
import { bootHosts, type TestHost } from '../../../sandbox/host/host.ts';
import { setUpHosts } from '../../../sandbox/set-up-hosts.ts';
import { type Part, startPart } from '../../../sandbox/processes.ts';
import { startRedis } from '../../../sandbox/redis.ts';
import { endAll, endAllOf, layOut } from '../../../sandbox/scene.ts';
import { freePort } from '../../support/free-port.ts';
import { until } from '../../support/until.ts';
import { people } from './emulated-people.ts';
import { type EmulatedSlack, signingSecret, startEmulatedSlack, tokens } from './emulated-slack.ts';

/** A host, and a bot with its worker that take emulate for Slack and are reached over HTTP. */
export interface EmulatedWorld {
  slack: EmulatedSlack;
  people: ReturnType<typeof people>;
  host: TestHost;
  repository: Repository;
  stop(): Promise<void>;
}

export async function startEmulatedWorld(): Promise<EmulatedWorld> {
  const stops: (() => Promise<void> | void)[] = [];
  const stop = () => endAllOf(stops);
  try {
    return { ...(await assemble(stops)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function assemble(
  stops: (() => Promise<void> | void)[],
): Promise<Omit<EmulatedWorld, 'stop'>> {
  const folder = mkdtempSync(join(tmpdir(), 'argo-emulated-'));
  stops.push(() => rmSync(folder, { recursive: true, force: true }));
  const redis = await startRedis();
  stops.push(() => redis.stop());
  const slack = await startEmulatedSlack();
  stops.push(() => slack.stop());
  const [host] = await bootHosts(1);
  if (!host) throw new Error('no host has booted');
  stops.push(() => host.stop());
  await layOut(host);
  const repository = await makeRepository(join(folder, 'engine'));
  const config = join(folder, 'argo.yml');
  writeFileSync(config, settings(slack, repository, host));
  await setUpHosts(config, [host]);
  const port = await freePort();
  const environment = {
    SLACK_MODE: 'http',
    PORT: String(port),
    SLACK_API_URL: `${slack.witness.url}/api/`,
    SLACK_BOT_TOKEN: tokens.bot,
    SLACK_SIGNING_SECRET: signingSecret,
    REDIS_URL: redis.url,
    ARGO_CONFIG: config,
    ARGO_DATA: join(folder, 'data'),
  };
  const bot = startPart({ command: 'start', name: 'start', folder, environment });
  stops.push(() => endAll([bot]));
  const address = `http://127.0.0.1:${port}/slack/events`;
  await listening(bot, address);
  return { slack, people: people(slack, address), host, repository };
}

/** People only: see usergroups.users.list in the table of what emulate has not. */
function settings({ ids }: EmulatedSlack, { dir }: Repository, host: TestHost): string {
  const all = [ids.ada, ids.ben];
  const access = { deploy: all, approve: [ids.ben], rollback: all, unlock: all };
  return argoYml({
    repository: dir,
    hosts: [host],
    watch: { checks: 2, interval_seconds: 0.2 },
    variants: { production: { access: { ...access, channels: [ids.deploys] } } },
  });
}

async function listening(bot: Part, address: string): Promise<void> {
  const died = bot.ended().then(() => {
    throw new Error(`the bot ended at once:\n${readFileSync(bot.log, 'utf8').slice(-2_000)}`);
  });
  const answers = () =>
    fetch(address).then(
      () => true,
      () => false,
    );
  await Promise.race([until(answers), died]);
}
