import { shown, shownChannel } from '../api/shown.ts';
import { deliver } from '../delivery/courier.ts';
import type { World } from '../world.ts';
import { interaction, visibleMessage, type ClickResult } from './click.ts';
import { memberChannel } from './command.ts';

/** A shortcut of the app's manifest. */
export interface Shortcut {
  name: string;
  type: 'global' | 'message';
  callback_id: string;
}

/** From the search bar, or from the menu of a message that this user sees. */
export async function runShortcut(
  world: World,
  user: string,
  callbackId: string,
  on?: { channel: string; ts: string },
): Promise<ClickResult> {
  const type = on ? 'message' : 'global';
  const found = world.credentials.shortcuts.find(
    (one) => one.callback_id === callbackId && one.type === type,
  );
  if (!found) throw new Error(`the app has no ${type} shortcut ${callbackId}`);
  const about = { callback_id: callbackId, action_ts: world.store.nextTs() };
  const reply = await deliver(world, 'interactive', {
    ...interaction(world, on ? 'message_action' : 'shortcut', user),
    ...about,
    ...(on && messageParts(world, user, on)),
  });
  return reply.ok ? { ok: true } : { ok: false, error: reply.error };
}

function messageParts(world: World, user: string, on: { channel: string; ts: string }) {
  const message = visibleMessage(world, user, on.channel, on.ts);
  const channel = memberChannel(world, user, on.channel);
  return {
    message_ts: message.ts,
    message: shown(message, world.store, false),
    channel: { id: shownChannel(channel, world.store).id, name: channel.name },
    response_url: world.responseUrls.issue(world.url, { channel: channel.id, user }),
  };
}
