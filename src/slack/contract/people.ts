// Decides what listeners can learn of people: their groups, their membership, the commits they wrote.
import type { Deployment } from '../../deploy/record/deployment.ts';
import type { Author } from '../../deploy/record/facts.ts';
import type { Target } from '../../deploy/settings/settings.ts';

export interface MatchedAuthors {
  /** Slack ids. */
  people: ReadonlySet<string>;
  /** Authors that match nobody in Slack or argo.yml, so each could be anybody. */
  unmatched: readonly Author[];
}

/** Undefined where authors may approve, or for a restart, which has no new commit. Rejects when Slack does not answer. */
export type MatchAuthors = (d: Deployment, target: Target) => Promise<MatchedAuthors | undefined>;

/** Ids of the user groups that a user is in. Rejects when Slack does not answer. */
export type GroupsOf = (user: string, how?: 'fresh') => Promise<readonly string[]>;

/** Whether a user is in a channel; false when Slack does not tell. */
export type InChannel = (user: string, channel: string) => Promise<boolean>;

export type Membership = { kind: 'member' } | { kind: 'refused'; reason: string };

/** Whether a user is a member of the workspace. Rejects when Slack does not answer. */
export type CheckMembership = (user: string) => Promise<Membership>;

/** The workspace of the bot token, by `auth.test`. */
export interface Workspace {
  team: string;
  /** The workspace's organization, if it has one. */
  enterprise: string | undefined;
}

/** Rejects while Slack does not answer; the next call asks again. */
export type FindWorkspace = () => Promise<Workspace>;
