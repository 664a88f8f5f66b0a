import { deliver } from '../delivery/courier.ts';
import { teamOf } from '../api/people.ts';
import { shown, shownChannel } from '../api/shown.ts';
import type { Json, Message, View } from '../model.ts';
import type { World } from '../world.ts';
import { memberChannel } from './command.ts';
import { actionOf, findTarget } from './elements.ts';
import type { Input, Target } from './elements.ts';

export interface ClickResult {
  ok: boolean;
  error?: string;
}

export function interaction(world: World, type: string, userId: string): Json {
  const { identity, users } = world.store;
  const user = users.get(userId);
  const name = user?.name ?? userId;
  return {
    type,
    user: { id: userId, username: name, name, team_id: teamOf(world.store, user) },
    api_app_id: identity.appId,
    token: world.credentials.verificationToken,
    team: { id: identity.teamId, domain: 'sandbox' },
    enterprise: null,
    is_enterprise_install: false,
    trigger_id: world.triggers.issue(userId),
  };
}

/** A message this user can see, ephemerals included. */
export function visibleMessage(world: World, user: string, channelId: string, ts: string): Message {
  const channel = memberChannel(world, user, channelId);
  const message = world.store.messages.find(
    (one) =>
      one.channel === channel.id &&
      one.ts === ts &&
      (one.visible_to === undefined || one.visible_to === user),
  );
  if (!message) throw new Error(`${user} sees no message ${ts} in ${channelId}`);
  return message;
}

async function send(world: World, payload: Json): Promise<ClickResult> {
  const reply = await deliver(world, 'interactive', payload);
  return reply.ok ? { ok: true } : { ok: false, error: reply.error };
}

function stateWith(target: Target, action: Json): Json {
  if (target.element.type === 'button') return { values: {} };
  const { action_id: id, block_id: block, action_ts: _, ...answer } = action;
  return { values: { [String(block)]: { [String(id)]: answer } } };
}

export function clickMessage(
  world: World,
  user: string,
  channelId: string,
  ts: string,
  wanted: string,
  input: Input = null,
): Promise<ClickResult> {
  const message = visibleMessage(world, user, channelId, ts);
  const channel = memberChannel(world, user, channelId);
  const target = findTarget(message.blocks, wanted);
  const action = actionOf(target, input, world.store.nextTs());
  const ephemeral = message.visible_to !== undefined;
  const name = channel.im === undefined ? channel.name : 'directmessage';
  const origin = { channel: channel.id, user, messageTs: message.ts };
  return send(world, {
    ...interaction(world, 'block_actions', user),
    container: {
      type: 'message',
      message_ts: message.ts,
      channel_id: channel.id,
      is_ephemeral: ephemeral,
      ...(message.thread_ts !== undefined && { thread_ts: message.thread_ts }),
    },
    channel: { id: shownChannel(channel, world.store).id, name },
    // Slack does not send the message along when only one person sees it.
    ...(!ephemeral && { message: shown(message, world.store, true) }),
    response_url: world.responseUrls.issue(world.url, origin),
    state: stateWith(target, action),
    actions: [action],
  });
}

export function clickView(
  world: World,
  user: string,
  view: View,
  wanted: string,
  input: Input = null,
): Promise<ClickResult> {
  const target = findTarget(view.blocks, wanted);
  const action = actionOf(target, input, world.store.nextTs());
  if (target.element.type !== 'button') {
    const { action_id: id, block_id: block, action_ts: _, ...answer } = action;
    (view.state.values[String(block)] ??= {})[String(id)] = answer;
    world.store.changes.emit('view');
  }
  return send(world, {
    ...interaction(world, 'block_actions', user),
    container: { type: 'view', view_id: view.id },
    view,
    actions: [action],
  });
}
