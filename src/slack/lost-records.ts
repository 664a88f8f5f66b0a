import type { Log } from '../deploy/ports.ts';
import type { Limiter } from '../deploy/announcements.ts';
import type { Lock, Place, Records } from '../deploy/records.ts';
import type { Redactor } from '../deploy/redact.ts';
import type { Settings } from '../deploy/settings.ts';
import type { SlackClient } from './client.ts';
import { EVENT_TYPE } from './find-post.ts';
import { createSending } from './sending.ts';
import { interrupted, saysItIsOver } from './views/interrupted.ts';

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
/** Nobody waits for a deployment for longer. */
const LOOK_BACK_MS = 7 * 24 * 3_600_000;
/** Says that Slack is to be asked again; with the next look. */
const LATER = 'later';

interface Orphan {
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
export function keepTellingOfLostRecords(options: LostRecordsOptions): { stop(): Promise<void> } {
  const { born, log } = options;
  let running = Promise.resolve();
  const look = async (): Promise<void> => {
    if (!(await born.isNew())) return;
    if ((await tellAll(options)) !== LATER) await born.settle();
  };
  const round = (): void => {
    running = running
      .then(look)
      .catch((error: unknown) => log.warn({ err: error }, 'the records could not be looked at'));
  };
  round();
  const timer = setInterval(round, EVERY_MS).unref();
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}

async function tellAll(options: LostRecordsOptions): Promise<'told' | typeof LATER> {
  const { settings, records, client, log } = options;
  const caller = createSending(options);
  for (const channel of channelsOf(settings)) {
    const found = await orphansIn(client, caller, channel);
    if (found === LATER) return LATER;
    for (const orphan of found) {
      if (await records.read(orphan.deployment)) continue;
      const { deployment, ts, place } = orphan;
      // Before anybody is told to deploy again: how far it got is for a person to see.
      if (place) await records.lockIfOpen(place, lostLock(deployment));
      const { text, blocks } = interrupted(orphan.text, place !== undefined);
      const sent = await caller.call({
        method: 'chat.update',
        scope: channel,
        deployment,
        send: () => client.chat.update({ channel, ts, text, blocks }),
      });
      if (sent.kind === 'later') return LATER;
      log.warn({ deployment, channel }, 'its record is lost; its thread says so');
    }
  }
  return 'told';
}

function channelsOf(settings: Settings): string[] {
  const places = Object.values(settings.services).flatMap(({ environments }) =>
    Object.values(environments),
  );
  return [...new Set(places.flatMap(({ access }) => access.channels))];
}

async function orphansIn(
  client: SlackClient,
  caller: ReturnType<typeof createSending>,
  channel: string,
): Promise<Orphan[] | typeof LATER> {
  const oldest = String(Math.floor((Date.now() - LOOK_BACK_MS) / 1_000));
  const answer = await caller.call({
    method: 'conversations.history',
    scope: channel,
    deployment: 'lost-records',
    send: () =>
      client.conversations.history({ channel, oldest, limit: 200, include_all_metadata: true }),
  });
  if (answer.kind === 'later') return LATER;
  // A channel that the bot is not in has none of its messages.
  if (answer.kind === 'refused') return [];
  return (answer.value.messages ?? []).flatMap(({ ts, text = '', metadata }) => {
    const payload: Record<string, unknown> = metadata?.event_payload ?? {};
    const { deployment, key } = payload;
    if (metadata?.event_type !== EVENT_TYPE || key !== 'summary') return [];
    if (typeof deployment !== 'string' || ts === undefined || saysItIsOver(text)) return [];
    return [{ deployment, channel, ts, text, place: placeOf(payload) }];
  });
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
