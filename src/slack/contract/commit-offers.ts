// Decides how the deploy form gets a repository's newest commits, and how long it waits.
import type { Commit } from '../../deploy/ports/ports.ts';
import type { Target } from '../../deploy/settings/settings.ts';

export type OfferedCommits =
  | { kind: 'fresh'; commits: readonly Commit[] }
  /** git has not answered yet. A later call may return the commits. */
  | { kind: 'late' }
  | { kind: 'failed'; why: string };

export interface CommitOffers {
  /** Resolves within Slack's limit of three seconds, even when git is slow. */
  newest(target: Target): Promise<OfferedCommits>;
  /** Asks git for the commits in advance, so that `newest` answers sooner. */
  prepare(target: Target): void;
}
