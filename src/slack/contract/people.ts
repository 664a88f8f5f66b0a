import type { Deployment } from '../../deploy/record/deployment.ts';
import type { Author } from '../../deploy/record/facts.ts';
import type { Target } from '../../deploy/settings/settings.ts';

export interface MatchedAuthors {
  /** Slack ids. */
  people: ReadonlySet<string>;
  /** Whom neither Slack nor argo.yml knows: each could be anybody. */
  unmatched: readonly Author[];
}

/** undefined where authors may approve, or nothing is written anew. Rejects when Slack does not say. */
export type MatchAuthors = (d: Deployment, target: Target) => Promise<MatchedAuthors | undefined>;

/** Who is in which user group. */
export type GroupsOf = (user: string, how?: 'fresh') => Promise<readonly string[]>;

export type Membership = { kind: 'member' } | { kind: 'refused'; reason: string };

/** Rejects when Slack does not say. */
export type CheckMembership = (user: string) => Promise<Membership>;

/** As `auth.test` says it of the bot token. */
export interface Workspace {
  team: string;
  /** The organization of the workspace, where it has one. */
  enterprise: string | undefined;
}

/** Rejects while Slack does not say, and asks again the next time. */
export type FindWorkspace = () => Promise<Workspace>;
