// Defines the interface of one message of a deployment: key, channel or thread, text, blocks and news.
import type { KnownBlock } from '@slack/types';
import type { MatchedAuthors } from '../../contract/ports.ts';
import type { Target } from '../../../deploy/settings/settings.ts';

export interface PaintedView {
  /** Identifies the message among the deployment's messages. It is stored in Redis, so it must never change. */
  key: string;
  where: 'channel' | 'thread';
  /** When the thread message is posted, the channel also shows it. */
  broadcast?: boolean;
  /** If this text changes, the message is updated at once. Other changes are progress, which may wait. */
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
  /** Authors of the release if they must not approve it; `unknown` while Slack does not answer. */
  authors?: MatchedAuthors | 'unknown' | undefined;
}
