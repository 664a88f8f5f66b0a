import { deliverEvent } from '../delivery/courier.ts';
import type { Message } from '../model.ts';
import type { World } from '../world.ts';
import { memberChannel } from './command.ts';

/** A person writes a message; the app hears of it only if it subscribed. */
export async function say(
  world: World,
  user: string,
  channelId: string,
  text: string,
  thread?: string,
): Promise<Message> {
  const channel = memberChannel(world, user, channelId);
  if (thread !== undefined && !world.store.find(channel.id, thread))
    throw new Error(`no message ${thread} in ${channelId}`);
  const place = thread === undefined ? {} : { thread_ts: thread };
  const message = world.store.post({ channel: channel.id, user, text, ...place });
  const family = channel.im !== undefined ? 'im' : channel.private ? 'groups' : 'channels';
  const type = channel.im !== undefined ? 'im' : channel.private ? 'group' : 'channel';
  const event = { user, text, ts: message.ts, channel: channel.id, ...place };
  const sent = [
    deliverEvent(world, { type: 'message', channel_type: type, ...event }, `message.${family}`),
  ];
  if (text.includes(`<@${world.store.identity.botUserId}>`))
    sent.push(deliverEvent(world, { type: 'app_mention', ...event }, 'app_mention'));
  await Promise.all(sent);
  return message;
}

/** The user opens the app's Home tab. */
export async function openHome(world: World, user: string): Promise<void> {
  const channel = world.store.channel(user)?.id;
  if (channel === undefined) throw new Error(`no user ${user} in this workspace`);
  const view = world.store.homes.get(user);
  const event = { type: 'app_home_opened', user, channel, tab: 'home', ...(view && { view }) };
  await deliverEvent(world, event, 'app_home_opened');
}
