import { randomUUID } from 'node:crypto';
import { slackId } from '../ids.ts';
import type { Ack, Json } from '../model.ts';
import type { World } from '../world.ts';
import type { Envelope, EnvelopeType, Reply } from './delivery.ts';

/** When Slack tries an event again that was not acknowledged: at once, then after these. */
const RETRY_AFTER_MS = [0, 60_000, 300_000];

async function once(world: World, envelope: Envelope): Promise<Reply> {
  const at = world.clock.now();
  const reply = await world.delivery.send(envelope);
  const ack: Ack = { envelopeId: envelope.id, type: envelope.type, at };
  if (reply.ok) ack.latencyMs = world.clock.now() - at;
  else ack.error = reply.error;
  world.store.acks.push(ack);
  world.store.changes.emit('ack');
  return reply;
}

/** Gets one payload to the app and notes how long it took to acknowledge. */
export function deliver(world: World, type: EnvelopeType, payload: Json): Promise<Reply> {
  const reply = once(world, { id: randomUUID(), type, payload });
  // The duplicate is a new envelope around the same payload, and nobody reads its answer.
  if (world.faults.deliverTwice) void once(world, { id: randomUUID(), type, payload });
  return reply;
}

async function attempt(world: World, payload: Json, number: number, reason: string): Promise<void> {
  const retry = number > 0 && { retry: { attempt: number, reason } };
  const envelope: Envelope = { id: randomUUID(), type: 'events_api', payload, ...retry };
  const reply = await once(world, envelope);
  const wait = RETRY_AFTER_MS[number];
  if (reply.ok || wait === undefined) return;
  const why = reply.error === 'operation_timeout' ? 'timeout' : 'http_error';
  const again = () => void attempt(world, payload, number + 1, why);
  if (wait === 0) again();
  else world.clock.after(wait, again);
}

/** An event goes to the app if its manifest subscribes to it, and again until acknowledged. */
export function deliverEvent(world: World, event: Json, subscription: string): Promise<void> {
  if (!world.credentials.botEvents.includes(subscription)) return Promise.resolve();
  const { identity } = world.store;
  const payload = {
    type: 'event_callback',
    token: world.credentials.verificationToken,
    team_id: identity.teamId,
    api_app_id: identity.appId,
    event_id: slackId('Ev'),
    event_time: Math.floor(world.clock.now() / 1000),
    is_ext_shared_channel: false,
    authorizations: [
      {
        enterprise_id: null,
        team_id: identity.teamId,
        user_id: identity.botUserId,
        is_bot: true,
        is_enterprise_install: false,
      },
    ],
    event: { ...event, event_ts: world.store.nextTs() },
  };
  if (world.faults.deliverTwice) void attempt(world, payload, RETRY_AFTER_MS.length, '');
  return attempt(world, payload, 0, '');
}
