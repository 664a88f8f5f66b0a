// Wires the bot: Slack's listeners, the Home tab, and the painter of threads.
import { join } from 'node:path';
import { startAnnouncer } from '../../jobs/announce.ts';
import type { Environment } from '../argo-yml/environment.ts';
import { createServerIdentity } from '../redis/connection/server-identity.ts';
import { connectRedis } from '../redis/connection/connect.ts';
import { createLimiter } from '../redis/limiter.ts';
import { createDeduplicate } from '../redis/deduplicate.ts';
import { createViewers } from '../redis/viewers.ts';
import { createAnnouncer } from '../slack/thread/announcer.ts';
import { createSlackApp } from '../slack/bolt/app.ts';
import { createMatchAuthors } from '../slack/api/authors.ts';
import { createClient } from '../slack/api/client.ts';
import { createCommitOffers } from '../slack/requests/commit-offers.ts';
import { createCheckMembership } from '../slack/entrance/membership.ts';
import { createFindWorkspace } from '../slack/entrance/workspace.ts';
import { createGroupsOf, createInChannel } from '../slack/api/groups.ts';
import { answerInspection } from '../slack/inspections/inspections.ts';
import { createHome } from '../slack/home/home.ts';
import { reportLostRecords } from '../slack/thread/lost-records.ts';
import { createRecentCommits } from '../source/commits/recent-commits.ts';
import type { Base } from './base.ts';
import type { Running, Wiring } from './wiring.ts';

export function startBot(
  wiring: Wiring,
  { redis, measures, records, wake, painted, inspections }: Base,
): Running & { sockets(): number | undefined } {
  const { environment, settings, redisUrl, log, redactor, onFatal } = wiring;
  const { SLACK_BOT_TOKEN: botToken, SLACK_API_URL: slackApiUrl } = environment;
  const client = createClient({ token: botToken, slackApiUrl, measures });
  const findWorkspace = createFindWorkspace(client);
  const limiter = createLimiter(redis);
  const matchAuthors = createMatchAuthors(client);
  const groupsOf = createGroupsOf(client, settings);
  const shared = { client, records, settings, limiter, redactor, log };
  const inChannel = createInChannel(client, log);
  const home = createHome({ ...shared, groupsOf, inChannel }, createViewers(redis));
  const app = createSlackApp({
    ...transport(environment),
    botToken,
    slackApiUrl,
    ports: {
      ...shared,
      inspections,
      wake,
      painted,
      groupsOf,
      findWorkspace,
      checkMembership: createCheckMembership(client, findWorkspace),
      matchAuthors,
      home,
      commits: createCommitOffers({
        recent: createRecentCommits({ dataDirectory: join(environment.ARGO_DATA, 'source') }),
        redactor,
        log,
      }),
      isFirstDelivery: createDeduplicate(redis),
    },
    onFatal,
    onReconnect: () => measures.reconnected(),
  });
  const announcer = createAnnouncer({ ...shared, painted, matchAuthors });
  const lost = reportLostRecords({ ...shared, serverIdentity: createServerIdentity(redis) });
  const connection = connectRedis(redisUrl, 'persistent', log);
  const paint = (id: string) => {
    // Home tabs show the same deployments, so they must be updated, too.
    home.refreshSoon();
    return announcer.paint(id);
  };
  const version = async (id: string) => (await records.read(id))?.version ?? 0;
  const answer = (id: string, late: boolean) =>
    answerInspection({ client, inspections, settings, redactor }, id, late);
  const painter = startAnnouncer(connection, { paint, version }, answer, log);
  return {
    ready: app.start(),
    checks: [{ name: 'slack', problem: async () => app.problem() }],
    sockets: () => app.sockets(),
    async stop() {
      home.stop();
      await lost.stop();
      await app.stop();
      await painter.stop();
      connection.disconnect();
    },
  };
}

function transport(environment: Environment) {
  return environment.SLACK_MODE === 'socket'
    ? ({ mode: 'socket', appToken: environment.SLACK_APP_TOKEN } as const)
    : ({
        mode: 'http',
        host: environment.HTTP_HOST,
        port: environment.PORT,
        signingSecret: environment.SLACK_SIGNING_SECRET,
      } as const);
}
