import { setTimeout as pause } from 'node:timers/promises';
import type { Log } from '../../deploy/ports/ports.ts';
import type { Limiter } from '../../deploy/ports/painted-messages.ts';
import type { Lock, Place, Records } from '../../deploy/history/records.ts';
import type { Redactor } from '../../deploy/secrets/redactor.ts';
import type { Settings } from '../../deploy/settings/settings.ts';
import type { SlackClient } from '../contract/slack-client.ts';
import { EVENT_TYPE } from './find-post.ts';
import {
  type Call as SlackCall,
  type RateLimitedClient,
  createRateLimitedClient,
  type CallResult,
} from '../api/rate-limited-client.ts';
import { isInvalidMessage } from '../api/errors.ts';
import { interrupted, saysItIsOver } from '../views/thread/interrupted.ts';

export interface LostRecordsOptions {
  client: SlackClient;
  records: Pick<Records, 'read' | 'lockIfOpen'>;
  /** Of the Redis that there is now. */
  born: { isNew(): Promise<boolean>; settle(): Promise<void> };
  settings: Settings;
  limiter: Limiter;
  redactor: Redactor;
  log: Log;
}

const EVERY_MS = 5_000;
/** In the log, of calls that are about no deployment. */
const LOG_NAME = 'lost-records';
/** Nobody waits for a deployment for longer. */
const LOOK_BACK_MS = 7 * 24 * 3_600_000;
/** Of a channel, 5,000 messages. */
const PAGES = 25;

interface LostDeployment {
  /** What it held the claim of, unless it only looked. */
  place: Place | undefined;
  deployment: string;
  channel: string;
  ts: string;
  text: string;
}

/**
 * When Redis has lost everything, or the last of it, the channels still know what was going on. Each deployment that
 * did not end and has no record any more is told to be interrupted, once: nobody will go on with it. Its environment
 * is locked, since users may be on a release that nobody watches, and the idle slot may run one that nobody approved.
 */
export function reportLostRecords(options: LostRecordsOptions): { stop(): Promise<void> } {
  const { born, log } = options;
  const stopping = new AbortController();
  let running = Promise.resolve();
  const look = async (): Promise<void> => {
    if (!(await born.isNew())) return;
    await markAllInterrupted(options, stopping.signal);
    await born.settle();
  };
  const round = (): void => {
    running = running.then(look).catch((error: unknown) => {
      if (stopping.signal.aborted) return;
      log.warn({ err: error }, 'the records could not be looked at');
    });
  };
  round();
  const timer = setInterval(round, EVERY_MS).unref();
  return {
    async stop() {
      clearInterval(timer);
      stopping.abort();
      await running;
    },
  };
}

async function markAllInterrupted(options: LostRecordsOptions, signal: AbortSignal): Promise<void> {
  const { client, settings } = options;
  const rateLimited = retryUntilAnswered(createRateLimitedClient(options), signal);
  const who = await rateLimited({
    method: 'auth.test',
    scope: 'token',
    deployment: LOG_NAME,
    send: () => client.auth.test(),
  });
  const team = (who.kind === 'sent' && who.value.team_id) || '';
  for (const channel of channelsOf(settings)) {
    let cursor: string | undefined;
    for (let page = 1; page <= PAGES; page += 1) {
      const { orphans, next } = await lostDeploymentsIn(options, rateLimited, {
        channel,
        team,
        cursor,
      });
      for (const orphan of orphans) await markInterrupted(options, rateLimited, orphan, team);
      cursor = next;
      if (!cursor) break;
      if (page === PAGES)
        options.log.warn({ channel }, 'only its newest messages were looked at for lost records');
    }
  }
}

type Call = <T>(call: SlackCall<T>) => Promise<Answered<T>>;
type Answered<T> = Exclude<CallResult<T>, { kind: 'later' }>;

/** Waits for its turn and while Slack is away: what was looked through is not looked through again. */
function retryUntilAnswered(rateLimited: RateLimitedClient, signal: AbortSignal): Call {
  return async (call) => {
    for (;;) {
      const sent = await rateLimited.call(call);
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
  // Before anybody is told to deploy again: how far it got is for a person to see.
  if (place) await records.lockIfOpen(place, lostLock(deployment));
  const { text, blocks } = interrupted(was, place !== undefined);
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
    log.warn(fields, 'its record is lost; its message in the channel says so');
  else
    log.error(
      { ...fields, error: sent.error },
      'its record is lost, and Slack refused to change its message, so the channel does not say so',
    );
}

function channelsOf(settings: Settings): string[] {
  const places = Object.values(settings.services).flatMap(({ environments }) =>
    Object.values(environments),
  );
  return [...new Set(places.flatMap(({ access }) => access.channels))];
}

/** One page of a channel, the newest first. */
async function lostDeploymentsIn(
  { client, log }: LostRecordsOptions,
  rateLimited: Call,
  { channel, team, cursor }: { channel: string; team: string; cursor: string | undefined },
): Promise<{ orphans: LostDeployment[]; next: string | undefined }> {
  const oldest = String(Math.floor((Date.now() - LOOK_BACK_MS) / 1_000));
  const page = { channel, oldest, limit: 200, include_all_metadata: true };
  const answer = await rateLimited({
    method: 'conversations.history',
    scope: team,
    deployment: LOG_NAME,
    send: () => client.conversations.history({ ...page, ...(cursor ? { cursor } : {}) }),
  });
  if (answer.kind === 'refused') {
    // A channel that the bot is not in has none of its messages.
    if (answer.error !== 'not_in_channel')
      log.warn({ channel, error: answer.error }, 'Slack refused to look for lost records there');
    return { orphans: [], next: undefined };
  }
  const orphans = (answer.value.messages ?? []).flatMap(({ ts, text = '', metadata }) => {
    const payload: Record<string, unknown> = metadata?.event_payload ?? {};
    const { deployment, key } = payload;
    if (metadata?.event_type !== EVENT_TYPE || key !== 'summary') return [];
    if (typeof deployment !== 'string' || ts === undefined || saysItIsOver(text)) return [];
    return [{ deployment, channel, ts, text, place: placeOf(payload) }];
  });
  return { orphans, next: answer.value.response_metadata?.next_cursor };
}

function placeOf({ service, environment }: Record<string, unknown>): Place | undefined {
  return typeof service === 'string' && typeof environment === 'string'
    ? { service, environment }
    : undefined;
}

function lostLock(deployment: string): Lock {
  const reason = `Redis lost the record of ${deployment} while it was under way: look what is live and whether it is well, and what runs in the idle slot`;
  return { reason, by: 'argo-bot', at: Date.now() };
}
