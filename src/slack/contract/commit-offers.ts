import type { Commit } from '../../deploy/ports/ports.ts';
import type { Target } from '../../deploy/settings/settings.ts';

/** What is known of a repository's newest commits right now. */
export type OfferedCommits =
  | { kind: 'fresh'; commits: readonly Commit[] }
  /** git is still being asked; the next look may find its answer. */
  | { kind: 'late' }
  | { kind: 'failed'; why: string };

export interface CommitOffers {
  /** Answers well within the three seconds that Slack gives, whatever git does. */
  newest(target: Target): Promise<OfferedCommits>;
  /** Begins to ask, for somebody who will want to know in a moment. */
  prepare(target: Target): void;
}
