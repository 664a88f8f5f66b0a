// Decides what listeners know of a person's request, and what an answer to it holds.
import type { KnownBlock } from '@slack/types';

/** Only the person who asked sees it, unless `everyone`. The text is escaped mrkdwn. */
export interface Reply {
  text: string;
  blocks?: KnownBlock[];
  /** The whole channel sees it. */
  everyone?: boolean;
}

/** A command, click, submission or shortcut. All of it is signed by Slack. */
export interface Interaction {
  /** The same for every delivery of one request. */
  id: string;
  user: string;
  channel: string;
  team: string;
  /** It stops or undoes something, so it has a rate limit of its own. */
  urgent?: boolean;
  /** The thread to answer in. */
  thread?: string | undefined;
  /** Slack's address for answers, of a command. */
  answerUrl?: string;
  /** Opens a modal; valid for 3 seconds. */
  trigger: string;
  answer(reply: Reply): Promise<void>;
}
