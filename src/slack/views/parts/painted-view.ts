// Decides what describes one message of a deployment: its key, place, text, blocks and news.
import type { KnownBlock } from '@slack/types';
import type { MatchedAuthors } from '../../contract/people.ts';
import type { Target } from '../../../deploy/settings/settings.ts';

export interface PaintedView {
  /** Stored with the message, so it must never change. */
  key: string;
  where: 'channel' | 'thread';
  /** The post of a reply is also shown in the channel. */
  broadcast?: boolean;
  /** When it changes, the message is painted at once; other changes are progress and may wait (update-interval.ts). */
  news?: string | undefined;
  /** For notifications and readers that show no blocks. */
  text: string;
  blocks: KnownBlock[];
}

export interface ViewContext {
  /** Undefined when argo.yml no longer declares the service or the environment. */
  target: Target | undefined;
  /** `classic` for workspaces that refuse a plan block. */
  style: 'plan' | 'classic';
  /** Authors of the release, where they must not approve; `unknown` while Slack does not answer. */
  authors?: MatchedAuthors | 'unknown' | undefined;
}
