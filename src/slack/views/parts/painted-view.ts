import type { KnownBlock } from '@slack/types';
import type { MatchedAuthors } from '../../contract/people.ts';
import type { Target } from '../../../deploy/settings/settings.ts';

/** One message of a deployment, as it should look now. */
export interface PaintedView {
  /** Names the message among those of the deployment, for ever. */
  key: string;
  where: 'channel' | 'thread';
  /** Also shown in the channel when it is posted. */
  broadcast?: boolean;
  /**
   * What it tells that people wait for. When that changes it is painted at once, ahead of everything
   * else; what changes without it is progress, which can wait. See update-interval.ts.
   */
  news?: string | undefined;
  /** For notifications and readers that show no blocks. */
  text: string;
  blocks: KnownBlock[];
}

export interface ViewContext {
  /** undefined when argo.yml no longer knows the service or the environment. */
  target: Target | undefined;
  /** `classic` for workspaces that refuse a plan block. */
  style: 'plan' | 'classic';
  /** Who wrote it, where that decides who may approve; `unknown` while Slack does not say. */
  authors?: MatchedAuthors | 'unknown' | undefined;
}
