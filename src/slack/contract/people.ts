// Decides the interfaces for look-ups of people: groups, channels, membership, and authors of commits.
import type { Deployment } from '../../deploy/record/deployment.ts';
import type { Author } from '../../deploy/record/facts.ts';
import type { Target } from '../../deploy/settings/settings.ts';

export interface MatchedAuthors {
  /** Slack ids of the authors who were found. */
  people: ReadonlySet<string>;
  /** Authors who match nobody in Slack or argo.yml; any approver could be one of them. */
  unmatched: readonly Author[];
}

/** Returns undefined if authors may approve, or for a restart (no new commit). Rejects when Slack does not answer. */
export type MatchAuthors = (d: Deployment, target: Target) => Promise<MatchedAuthors | undefined>;

/** Returns ids of the user groups that a user is in. Rejects when Slack does not answer. */
export type GroupsOf = (user: string, how?: 'fresh') => Promise<readonly string[]>;

/** Returns whether a user is in a channel; false when Slack does not list its members. */
export type InChannel = (user: string, channel: string) => Promise<boolean>;

export type Membership = { kind: 'member' } | { kind: 'refused'; reason: string };

/** Checks whether a user is a full member of the workspace. Rejects when Slack does not answer. */
export type CheckMembership = (user: string) => Promise<Membership>;

/** The workspace of the bot token, as `auth.test` returns it. */
export interface Workspace {
  team: string;
  /** The workspace's organization, if it has one. */
  enterprise: string | undefined;
}

/** Returns the bot's workspace. Rejects while Slack does not answer; the next call asks Slack again. */
export type FindWorkspace = () => Promise<Workspace>;
