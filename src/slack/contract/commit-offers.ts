// Decides what the deploy form can learn of a repository's newest commits, and how fast.
import type { Commit } from '../../deploy/ports/ports.ts';
import type { Target } from '../../deploy/settings/settings.ts';

export type OfferedCommits =
  | { kind: 'fresh'; commits: readonly Commit[] }
  /** git has not answered yet; the next call may have its answer. */
  | { kind: 'late' }
  | { kind: 'failed'; why: string };

export interface CommitOffers {
  /** Resolves within Slack's limit of three seconds, even when git is slow. */
  newest(target: Target): Promise<OfferedCommits>;
  /** Starts the look-up, so that `newest` can answer soon. */
  prepare(target: Target): void;
}
