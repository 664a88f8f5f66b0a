import { Changes } from './changes.ts';
import type { Clock } from './clock.ts';
import { slackId, timestamps } from './ids.ts';
import type {
  Ack,
  ApiCall,
  Channel,
  ChannelOption,
  Message,
  SlackFile,
  User,
  UserGroup,
  View,
} from './model.ts';

const MAX_CALLS = 20_000;

export interface StoredFile extends SlackFile {
  content: Buffer;
}

/** A file as others see it: everything but its bytes. */
export function describeFile(file: StoredFile): SlackFile {
  const { id, name, title, mimetype, size, user, created, url_private, permalink, alt_txt } = file;
  const alt = alt_txt === undefined ? {} : { alt_txt };
  return { id, name, title, mimetype, size, user, created, url_private, permalink, ...alt };
}

export interface Identity {
  teamId: string;
  appId: string;
  botId: string;
  botUserId: string;
  botName: string;
}

/** Everything the workspace remembers. Each act that changes it ends in `changes.emit`. */
export class Store {
  readonly changes = new Changes();
  readonly users = new Map<string, User>();
  readonly channels = new Map<string, Channel>();
  readonly userGroups: readonly UserGroup[];
  readonly messages: Message[] = [];
  readonly files = new Map<string, StoredFile>();
  /** A user's open modals, the visible one last. */
  readonly modals = new Map<string, View[]>();
  readonly homes = new Map<string, View>();
  readonly calls: ApiCall[] = [];
  readonly acks: Ack[] = [];
  readonly identity: Identity;
  readonly nextTs: () => string;

  constructor(
    identity: Identity,
    seed: { users: User[]; channels: ChannelOption[]; userGroups: UserGroup[] },
    clock: Clock,
  ) {
    this.identity = identity;
    this.nextTs = timestamps(clock);
    // A copy: two workspaces may be made of the same people.
    this.userGroups = seed.userGroups.map((group) => ({ ...group }));
    for (const user of seed.users) this.users.set(user.id, user);
    this.users.set(identity.botUserId, { id: identity.botUserId, name: identity.botName });
    for (const channel of seed.channels) {
      const members = channel.members ?? [...this.users.keys()];
      const { id, name, private: closed = false, archived = false } = channel;
      this.channels.set(id, { id, name, members: [...members], private: closed, archived });
    }
  }

  /** A user's id names the direct message with the bot, opened on first use. */
  channel(id: string): Channel | undefined {
    const known = this.channels.get(id);
    if (known || !this.users.has(id) || id === this.identity.botUserId) return known;
    const existing = [...this.channels.values()].find((channel) => channel.im === id);
    if (existing) return existing;
    const members = [id, this.identity.botUserId];
    const im = {
      id: slackId('D'),
      name: 'direct message',
      members,
      private: true,
      archived: false,
      im: id,
    };
    this.channels.set(im.id, im);
    return im;
  }

  post(message: Omit<Message, 'type' | 'ts'>): Message {
    const stored: Message = { type: 'message', ts: this.nextTs(), ...message };
    this.messages.push(stored);
    this.changes.emit(stored.visible_to === undefined ? 'message' : 'ephemeral');
    return stored;
  }

  /** What the API can see: ephemerals are nobody's but their reader's. */
  published(channel: string): Message[] {
    return this.messages.filter(
      (message) => message.channel === channel && message.visible_to === undefined,
    );
  }

  find(channel: string, ts: string): Message | undefined {
    return this.published(channel).find((message) => message.ts === ts);
  }

  thread(channel: string, ts: string): Message[] {
    return this.published(channel).filter(
      (message) => message.ts === ts || message.thread_ts === ts,
    );
  }

  /** A sandbox left running must not remember for ever. */
  log(call: Omit<ApiCall, 'id'>): void {
    this.calls.push({ id: (this.calls.at(-1)?.id ?? 0) + 1, ...call });
    if (this.calls.length > MAX_CALLS) this.calls.shift();
    this.changes.emit('call');
  }

  remove(message: Message): void {
    const index = this.messages.indexOf(message);
    if (index >= 0) this.messages.splice(index, 1);
    this.changes.emit('deleted');
  }

  archive(id: string, archived: boolean): void {
    const channel = this.channels.get(id);
    if (!channel) throw new Error(`no channel ${id} in this workspace`);
    channel.archived = archived;
    this.changes.emit('channel');
  }

  invite(id: string, user: string): void {
    const channel = this.channels.get(id);
    if (!channel) throw new Error(`no channel ${id} in this workspace`);
    channel.members.push(user);
    this.changes.emit('channel');
  }

  regroup(id: string, users: string[]): void {
    const group = this.userGroups.find((one) => one.id === id);
    if (!group) throw new Error(`no user group ${id} in this workspace`);
    group.users = [...users];
  }

  modal(viewId: string): { user: string; view: View } | undefined {
    for (const [user, stack] of this.modals) {
      const view = stack.find((candidate) => candidate.id === viewId);
      if (view) return { user, view };
    }
    return undefined;
  }
}
