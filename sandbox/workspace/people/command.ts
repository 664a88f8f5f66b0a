import { ApiError } from '../api/errors.ts';
import { deliver } from '../delivery/courier.ts';
import { isRecord } from '../model.ts';
import type { Channel, Message } from '../model.ts';
import type { World } from '../world.ts';
import { escapeText } from './escape.ts';
import { respond } from './respond.ts';

export interface CommandResult {
  ok: boolean;
  error?: string;
  /** What the acknowledgement itself made appear; later answers are in `ephemerals`. */
  replies: Message[];
}

export function memberChannel(world: World, user: string, channelId: string): Channel {
  const channel = world.store.channel(channelId);
  if (!channel) throw new Error(`no channel ${channelId} in this workspace`);
  if (!world.store.users.has(user)) throw new Error(`no user ${user} in this workspace`);
  if (!channel.members.includes(user)) throw new Error(`${user} is not in ${channelId}`);
  return channel;
}

/** A line from Slack itself, for one pair of eyes. */
function notice(world: World, channel: string, user: string, text: string, thread?: string) {
  const place = thread === undefined ? {} : { thread_ts: thread };
  return world.store.post({ channel, user: 'USLACKBOT', text, visible_to: user, ...place });
}

function commandPayload(
  world: World,
  channel: Channel,
  user: string,
  command: string,
  text: string,
) {
  const { identity } = world.store;
  return {
    token: world.credentials.verificationToken,
    team_id: identity.teamId,
    team_domain: 'sandbox',
    channel_id: channel.id,
    channel_name: channel.im === undefined ? channel.name : 'directmessage',
    user_id: user,
    user_name: world.store.users.get(user)?.name ?? user,
    command,
    text: world.credentials.escapeCommands ? escapeText(text.trim(), world) : text.trim(),
    api_app_id: identity.appId,
    is_enterprise_install: 'false',
    response_url: world.responseUrls.issue(world.url, { channel: channel.id, user }),
    trigger_id: world.triggers.issue(user),
  };
}

/** What someone sees who types `/argo …`: the app's acknowledgement, or Slack's complaint. */
export async function runCommand(
  world: World,
  user: string,
  channelId: string,
  command: string,
  text: string,
): Promise<CommandResult> {
  const channel = memberChannel(world, user, channelId);
  const fail = (error: string): CommandResult => {
    const line = `${command} failed with the error "${error}"`;
    return { ok: false, error, replies: [notice(world, channel.id, user, line)] };
  };
  const { commands, scopes } = world.credentials;
  if (!commands.includes(command) || !scopes.includes('commands'))
    return fail('not_a_valid_command');
  const payload = commandPayload(world, channel, user, command, text);
  const reply = await deliver(world, 'slash_commands', payload);
  if (!reply.ok) return fail(reply.error);
  const body = typeof reply.payload === 'string' ? { text: reply.payload } : reply.payload;
  if (!isRecord(body) || Object.keys(body).length === 0) return { ok: true, replies: [] };
  try {
    const message = respond(world, { channel: channel.id, user }, body);
    return { ok: true, replies: message ? [message] : [] };
  } catch (error) {
    if (error instanceof ApiError) return fail(error.message);
    throw error;
  }
}
