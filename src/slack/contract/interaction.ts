// Defines what listeners get with a request from Slack, and what an answer to it contains.
import type { KnownBlock } from '@slack/types';
import type { Command, CommandName } from '../grammar/commands.ts';
import type { SlackPorts } from './ports.ts';

/** An answer to a request. Only the person who made the request sees it, unless `everyone`. */
export interface Reply {
  /** Escaped mrkdwn. */
  text: string;
  blocks?: KnownBlock[];
  everyone?: boolean;
}

/** The reply to a request; undefined if a form was opened, or if the reply is sent later. */
export type Answer = Promise<Reply | undefined>;

/** A request of a person: a command, a click, a submitted form or a shortcut. */
export interface Interaction {
  ports: SlackPorts;
  /** If Slack delivers a request twice, both deliveries have the same id. */
  id: string;
  user: string;
  channel: string;
  team: string;
  /** True for requests that stop or undo something: they have a rate limit of their own. */
  urgent?: boolean;
  /** The command that the person typed; set only for commands. */
  typed?: string;
  thread?: string | undefined;
  /** Slack's response_url; set only for commands. */
  answerUrl?: string;
  /** Slack's trigger_id, which opens a modal; valid for 3 seconds. */
  trigger: string;
  answer(reply: Reply): Promise<void>;
}

/** Runs after argo-bot has confirmed the command to Slack. */
export type CommandListener<Name extends CommandName> = (
  command: Extract<Command, { kind: Name }>,
  interaction: Interaction,
) => Answer;
