// Finds deployments whose record Redis lost, marks them as interrupted in Slack, and locks their environments.
import { BOT } from '../../deploy/record/events.ts';
import { setTimeout as pause } from 'node:timers/promises';
import type { Place, Records } from '../../deploy/history/records.ts';
import { allTargets } from '../../deploy/settings/settings.ts';
import type { SlackPorts } from '../contract/ports.ts';
import { type FoundMessage, pagesOf, payloadOf } from './find-post.ts';
import {
  type Call as SlackCall,
  type RateLimited,
  type RateLimits,
  createRateLimited,
  type CallResult,
} from '../api/rate-limited.ts';
import { isInvalidMessage } from '../api/errors.ts';
import { interrupted, saysItIsOver } from '../views/thread/interrupted.ts';

export interface LostRecordsOptions extends RateLimits, Pick<SlackPorts, 'client' | 'settings'> {
  records: Pick<Records, 'read' | 'lockIfOpen'>;
  /** `isNew` returns true if Redis may have lost its data since the last call of `remember`. */
  serverIdentity: { isNew(): Promise<boolean>; remember(): Promise<void> };
}

const EVERY_MS = 5_000;
/** Replaces the deployment's id in log lines about calls that concern no single deployment. */
const LOG_NAME = 'lost-records';
const LOOK_BACK_MS = 7 * 24 * 3_600_000;
/** Pages of 200 messages that are searched per channel. */
const PAGES = 25;

interface LostDeployment {
  /** The environment to lock; undefined for a dry run, which changes nothing on hosts. */
  place: Place | undefined;
  deployment: string;
  channel: string;
  ts: string;
  text: string;
}

/**
 * After Redis lost data, searches the channels for unfinished deployments without a record. Marks them as interrupted
 * and locks their environments: a release may be live without a watch, or run in the idle slot without approval.
 */
export function reportLostRecords(options: LostRecordsOptions): { stop(): Promise<void> } {
  const { serverIdentity, log } = options;
  const stopping = new AbortController();
  let running = Promise.resolve();
  const checkForLoss = async (): Promise<void> => {
    if (!(await serverIdentity.isNew())) return;
    await markAllInterrupted(options, stopping.signal);
    await serverIdentity.remember();
  };
  const queueCheck = (): void => {
    running = running.then(checkForLoss).catch((error: unknown) => {
      if (stopping.signal.aborted) return;
      log.warn(
        { err: error },
        'argo-bot could not check whether Redis lost its records; it checks again soon',
      );
    });
  };
  queueCheck();
  const timer = setInterval(queueCheck, EVERY_MS).unref();
  return {
    async stop() {
      clearInterval(timer);
      stopping.abort();
      await running;
    },
  };
}

async function markAllInterrupted(options: LostRecordsOptions, signal: AbortSignal): Promise<void> {
  const { client, settings, log } = options;
  const rateLimited = retryUntilAnswered(createRateLimited(options), signal);
  const who = await rateLimited({
    method: 'auth.test',
    scope: 'token',
    deployment: LOG_NAME,
    send: () => client.auth.test(),
  });
  const team = (who.kind === 'sent' && who.value.team_id) || '';
  const postedAfter = Date.now() - LOOK_BACK_MS;
  const common = { deployment: LOG_NAME, team, threadTs: undefined, postedAfter, pages: PAGES };
  const channels = allTargets(settings).flatMap(({ place }) => place.access.channels);
  for (const channel of new Set(channels)) {
    let cut = false;
    for await (const page of pagesOf({ client, rateLimited }, { ...common, channel })) {
      cut = page.kind === 'sent' && page.value.more;
      // In a channel without the bot there are no messages of the bot, so no warning is needed.
      if (page.kind === 'refused' && page.error !== 'not_in_channel')
        log.warn(
          { channel, error: page.error },
          'argo-bot searches its channels for deployments whose records Redis may have lost, but Slack refused to list the messages of this channel. Check that argo-bot may read the channel, and look there for unfinished deployments',
        );
      const messages = page.kind === 'sent' ? page.value.messages : [];
      for (const one of messages.flatMap((message) => lostDeployment(channel, message)))
        await markInterrupted(options, rateLimited, one, team);
    }
    if (cut)
      log.warn(
        { channel },
        'argo-bot searched only the newest messages of a channel for deployments whose records were lost; older ones may still look as if they run: check their hosts with /argo health',
      );
  }
}

type Call = <T>(call: SlackCall<T>) => Promise<Exclude<CallResult<T>, { kind: 'later' }>>;

/** Repeats a call until Slack answers. Else one lost answer would start the search of all channels again. */
function retryUntilAnswered(rateLimited: RateLimited, signal: AbortSignal): Call {
  return async (call) => {
    for (;;) {
      const sent = await rateLimited(call);
      if (sent.kind !== 'later') return sent;
      await pause(sent.ms, undefined, { signal });
    }
  };
}

async function markInterrupted(
  { records, client, log }: LostRecordsOptions,
  rateLimited: Call,
  { deployment, ts, place, channel, text: was }: LostDeployment,
  team: string,
): Promise<void> {
  if (await records.read(deployment)) return;
  // The lock is set before the message asks people to check the hosts, so that nobody deploys before that.
  const reason = `Redis lost the record of ${deployment} while it was running. Check with /argo health what is live`;
  if (place) await records.lockIfOpen(place, { reason, by: BOT, at: Date.now() });
  const { text, blocks } = interrupted(was, place);
  const update = (shown: typeof blocks) =>
    rateLimited({
      method: 'chat.update',
      scope: team,
      deployment,
      send: () => client.chat.update({ channel, ts, text, blocks: shown }),
    });
  let sent = await update(blocks);
  if (sent.kind === 'refused' && isInvalidMessage(sent.error)) sent = await update([]);
  const fields = { deployment, channel, locked: place !== undefined };
  if (sent.kind === 'sent')
    log.warn(
      fields,
      'Redis lost the record of a deployment: check its hosts, as its message in Slack now says',
    );
  else
    log.error(
      { ...fields, error: sent.error },
      'Redis lost the record of a deployment, and Slack refused to say so in its message: check its hosts',
    );
}

/** Returns the deployment of a message, if it is the summary of an unfinished one. Its record may still exist. */
function lostDeployment(channel: string, message: FoundMessage): LostDeployment[] {
  const { ts, text = '' } = message;
  const payload = payloadOf(message);
  if (payload?.['key'] !== 'summary' || ts === undefined || saysItIsOver(text)) return [];
  const { deployment } = payload;
  return typeof deployment === 'string'
    ? [{ deployment, channel, ts, text, place: placeOf(payload) }]
    : [];
}

function placeOf({ service, environment }: Record<string, unknown>): Place | undefined {
  return typeof service === 'string' && typeof environment === 'string'
    ? { service, environment }
    : undefined;
}
