// Defines what listeners get with a request from Slack, and what an answer to it contains.
import type { KnownBlock } from '@slack/types';
import type { Command, CommandName } from '../grammar/commands.ts';
import type { SlackPorts } from './ports.ts';

/** An answer. Only the person who made the request sees it, unless `everyone`. The text is escaped mrkdwn. */
export interface Reply {
  text: string;
  blocks?: KnownBlock[];
  /** Whether the whole channel sees the answer. */
  everyone?: boolean;
}

/** A command, click, submission or shortcut, with fields that Slack signed. */
export interface Interaction {
  ports: SlackPorts;
  /** Equal for repeated deliveries of one request. */
  id: string;
  user: string;
  channel: string;
  team: string;
  /** The request stops or undoes something, so it counts against a separate rate limit. */
  urgent?: boolean;
  /** The command that the person typed; set only for commands. */
  typed?: string;
  /** The thread to answer in. */
  thread?: string | undefined;
  /** Slack's response_url; set only for commands. */
  answerUrl?: string;
  /** Opens a modal; valid for 3 seconds. */
  trigger: string;
  answer(reply: Reply): Promise<void>;
}

/** Runs after the ack. Returns the answer for the person who typed the command; undefined if it opened a form. */
export type CommandListener<Name extends CommandName> = (
  command: Extract<Command, { kind: Name }>,
  interaction: Interaction,
) => Promise<Reply | undefined>;
