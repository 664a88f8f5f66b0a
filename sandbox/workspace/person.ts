import type { Trouble } from './backstage.ts';
import type { Faults } from './faults.ts';
import type { Change, Wanted } from './changes.ts';
import type { Ack, ApiCall, Gauge, Message, SlackFile, View } from './model.ts';
import { clickMessage, clickView } from './people/click.ts';
import type { ClickResult } from './people/click.ts';
import { runCommand } from './people/command.ts';
import type { CommandResult } from './people/command.ts';
import type { Input } from './people/elements.ts';
import { openHome, say } from './people/say.ts';
import { runShortcut } from './people/shortcut.ts';
import { suggest } from './people/suggest.ts';
import type { Suggested } from './people/suggest.ts';
import { cancelView, submitView } from './people/submit.ts';
import type { SubmitResult, Values } from './people/submit.ts';
import type { World } from './world.ts';

/** One user's hands. Each act resolves when the app has acknowledged, or failed to. */
export interface Person {
  command(channelId: string, command: string, text?: string): Promise<CommandResult>;
  say(channelId: string, text: string, threadTs?: string): Promise<Message>;
  /** `action` is an action_id or what the button says; `value` answers a select. */
  click(channelId: string, messageTs: string, action: string, value?: Input): Promise<ClickResult>;
  clickView(viewId: string, action: string, value?: Input): Promise<ClickResult>;
  /** Fields by block_id, action_id or label; options by value or label. */
  submit(viewId: string, values?: Values): Promise<SubmitResult>;
  /** The modal on top of this user's stack. */
  openView(): View | undefined;
  cancelView(viewId?: string): Promise<void>;
  /** By callback_id: a global one, or one on a message. */
  shortcut(callbackId: string, on?: { channel: string; ts: string }): Promise<ClickResult>;
  /** What the app offers in a select, for what was typed into it. */
  suggest(viewId: string, action: string, typed?: string): Promise<Suggested>;
  openHome(): Promise<void>;
}

export interface Workspace {
  readonly url: string;
  readonly apiUrl: string;
  readonly botUserId: string;
  readonly faults: Faults;
  /** What people may break from the page, and what they look at meanwhile. */
  offer(troubles: readonly Trouble[], gauges: () => Gauge[]): void;
  /** Whoever looks at the gauges is to look again. */
  refresh(): void;
  as(userId: string): Person;
  /** Everything published in a channel, replies included, oldest first. */
  messages(channelId: string): Message[];
  /** The root and its replies. */
  thread(channelId: string, ts: string): Message[];
  ephemerals(userId: string): Message[];
  /** Open modals, the visible one last. */
  views(userId: string): View[];
  home(userId: string): View | undefined;
  /** What an administrator does to a channel; nobody can post there until it is undone. */
  archive(channelId: string, archived: boolean): void;
  invite(channelId: string, userId: string): void;
  /** Who is in a user group from now on. */
  regroup(groupId: string, users: string[]): void;
  files(): (SlackFile & { content: Buffer })[];
  calls(method?: string): ApiCall[];
  acks(): Ack[];
  /** Sockets the app holds open. */
  connections(): number;
  on(event: 'change', listener: (change: Change) => void): () => void;
  waitFor<T>(predicate: Wanted<T>, timeoutMs?: number): Promise<T>;
  close(): Promise<void>;
}

export function person(world: World, user: string): Person {
  if (!world.store.users.has(user)) throw new Error(`no user ${user} in this workspace`);
  const top = () => world.store.modals.get(user)?.at(-1);
  const seen = (viewId: string) => {
    const home = world.store.homes.get(user);
    const view =
      home?.id === viewId ? home : world.store.modals.get(user)?.find((v) => v.id === viewId);
    if (!view) throw new Error(`${user} sees no view ${viewId}`);
    return view;
  };
  return {
    command: (channel, command, text = '') => runCommand(world, user, channel, command, text),
    say: (channel, text, thread) => say(world, user, channel, text, thread),
    click: async (channel, ts, action, value) =>
      clickMessage(world, user, channel, ts, action, value),
    clickView: async (view, action, value) => clickView(world, user, seen(view), action, value),
    submit: (view, values = {}) => submitView(world, user, view, values),
    openView: top,
    cancelView: (view) => cancelView(world, user, view ?? top()?.id ?? ''),
    openHome: () => openHome(world, user),
    shortcut: (callback, on) => runShortcut(world, user, callback, on),
    suggest: async (view, action, typed = '') => suggest(world, user, seen(view), action, typed),
  };
}
