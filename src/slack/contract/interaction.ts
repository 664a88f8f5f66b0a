import type { KnownBlock } from '@slack/types';

/** What a person gets back, seen by nobody else. The text is mrkdwn and must be escaped. */
export interface Reply {
  text: string;
  blocks?: KnownBlock[];
  /** The whole channel should know. */
  everyone?: boolean;
}

/** One person's request, wherever it came in. Everything in here was signed by Slack. */
export interface Interaction {
  /** The same for every delivery of the same request. */
  id: string;
  user: string;
  channel: string;
  team: string;
  /** It stops or undoes something, so it is counted apart from other requests. */
  urgent?: boolean;
  /** The thread to answer in. */
  thread?: string | undefined;
  /** Opens a modal; good for 3 seconds. */
  trigger: string;
  answer(reply: Reply): Promise<void>;
}
