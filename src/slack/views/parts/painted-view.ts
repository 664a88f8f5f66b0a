// Defines the interface of one message of a deployment: key, channel or thread, text, blocks and news.
import type { KnownBlock } from '@slack/types';
import type { MatchedAuthors } from '../../contract/ports.ts';
import type { Target } from '../../../deploy/settings/settings.ts';

export interface PaintedView {
  /** Identifies the message among the deployment's messages. It is stored in Redis, so it must never change. */
  key: string;
  where: 'channel' | 'thread';
  /** The channel shows this message of the thread, too. */
  broadcast?: boolean;
  /** If this text changes, the message is updated at once. Without a change here, its update may wait. */
  news?: string | undefined;
  /** Text for notifications and for clients that show no blocks. */
  text: string;
  blocks: KnownBlock[];
}

export interface ViewContext {
  /** Undefined when argo.yml no longer declares the service or the environment. */
  target: Target | undefined;
  /** `classic` for workspaces that refuse Slack's plan block. */
  style: 'plan' | 'classic';
  /** The authors, if argo.yml forbids them to approve; `unknown` while Slack does not say who they are. */
  authors?: MatchedAuthors | 'unknown' | undefined;
}
