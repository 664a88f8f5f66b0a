// Finds deployments whose record Redis lost, marks them as interrupted in Slack, and locks their environments.
import { BOT } from '../../deploy/record/events.ts';
import { setTimeout as pause } from 'node:timers/promises';
import type { Log } from '../../deploy/ports/ports.ts';
import type { Limiter } from '../../deploy/ports/slack-ports.ts';
import type { Lock, Place, Records } from '../../deploy/history/records.ts';
import type { Redactor } from '../../deploy/secrets/redactor.ts';
import { allTargets, type Settings } from '../../deploy/settings/settings.ts';
import type { SlackClient } from '../contract/ports.ts';
import { EVENT_TYPE } from './find-post.ts';
import {
  type Call as SlackCall,
  type RateLimited,
  createRateLimited,
  type CallResult,
} from '../api/rate-limited.ts';
import { isInvalidMessage } from '../api/errors.ts';
import { interrupted, saysItIsOver } from '../views/thread/interrupted.ts';

export interface LostRecordsOptions {
  client: SlackClient;
  records: Pick<Records, 'read' | 'lockIfOpen'>;
  /** `isNew` returns true if Redis may have lost data since the last `remember`. */
  serverIdentity: { isNew(): Promise<boolean>; remember(): Promise<void> };
  settings: Settings;
  limiter: Limiter;
  redactor: Redactor;
  log: Log;
}

const EVERY_MS = 5_000;
/** Used as deployment id in log lines that are about no single deployment. */
const LOG_NAME = 'lost-records';
const LOOK_BACK_MS = 7 * 24 * 3_600_000;
/** Pages of 200 messages that are searched per channel. */
const PAGES = 25;

interface LostDeployment {
  /** The environment to lock; undefined for a dry run, which has no claim. */
  place: Place | undefined;
  deployment: string;
  channel: string;
  ts: string;
  text: string;
}

/**
 * Searches the channels for unfinished deployments without a record. Marks each as interrupted, once. Locks their
 * environments: a release may be live without a watch, or run in the idle slot without approval.
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
      log.warn({ err: error }, 'argo-bot could not check whether Redis lost its records');
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
  const { client, settings } = options;
  const rateLimited = retryUntilAnswered(createRateLimited(options), signal);
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
      const { candidates, next } = await lostDeploymentsIn(options, rateLimited, {
        channel,
        team,
        cursor,
      });
      for (const one of candidates) await markInterrupted(options, rateLimited, one, team);
      cursor = next;
      if (!cursor) break;
      if (page === PAGES)
        options.log.warn(
          { channel },
          'only the newest messages of a channel were searched for lost records',
        );
    }
  }
}

type Call = <T>(call: SlackCall<T>) => Promise<Answered<T>>;
type Answered<T> = Exclude<CallResult<T>, { kind: 'later' }>;

/** Waits and repeats a call until Slack answers, so that the search need not start again. */
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
  // Lock before the message: it tells people to deploy again, but first somebody must check the hosts.
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
    log.warn(fields, 'Redis lost the record of a deployment; its message in Slack says so');
  else
    log.error(
      { ...fields, error: sent.error },
      'Redis lost the record of a deployment, and Slack refused to update its message',
    );
}

function channelsOf(settings: Settings): string[] {
  return [...new Set(allTargets(settings).flatMap(({ place }) => place.access.channels))];
}

/** Reads one page of a channel. Returns unfinished deployments in it; the caller checks their records. */
async function lostDeploymentsIn(
  { client, log }: LostRecordsOptions,
  rateLimited: Call,
  { channel, team, cursor }: { channel: string; team: string; cursor: string | undefined },
): Promise<{ candidates: LostDeployment[]; next: string | undefined }> {
  const oldest = String(Math.floor((Date.now() - LOOK_BACK_MS) / 1_000));
  const page = { channel, oldest, limit: 200, include_all_metadata: true };
  const answer = await rateLimited({
    method: 'conversations.history',
    scope: team,
    deployment: LOG_NAME,
    send: () => client.conversations.history({ ...page, ...(cursor ? { cursor } : {}) }),
  });
  if (answer.kind === 'refused') {
    // No warning for a channel that the bot is not in: it has no messages there.
    if (answer.error !== 'not_in_channel')
      log.warn(
        { channel, error: answer.error },
        'Slack refused to list the messages of a channel; it is not searched for lost records',
      );
    return { candidates: [], next: undefined };
  }
  const candidates = (answer.value.messages ?? []).flatMap(({ ts, text = '', metadata }) => {
    const payload: Record<string, unknown> = metadata?.event_payload ?? {};
    const { deployment, key } = payload;
    if (metadata?.event_type !== EVENT_TYPE || key !== 'summary') return [];
    if (typeof deployment !== 'string' || ts === undefined || saysItIsOver(text)) return [];
    return [{ deployment, channel, ts, text, place: placeOf(payload) }];
  });
  return { candidates, next: answer.value.response_metadata?.next_cursor };
}

function placeOf({ service, environment }: Record<string, unknown>): Place | undefined {
  return typeof service === 'string' && typeof environment === 'string'
    ? { service, environment }
    : undefined;
}

function lostLock(deployment: string): Lock {
  const reason = `Redis lost the record of ${deployment} while it was running. Check with /argo health what is live`;
  return { reason, by: BOT, at: Date.now() };
}
