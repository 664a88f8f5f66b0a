// Defines the parts of argo-bot that listeners may use, as interfaces.
import type { WebClient } from '@slack/web-api';
import type { Wake } from '../../../jobs/queue.ts';
import type { Limiter, PaintedMessages } from '../../deploy/ports/slack-ports.ts';
import type { Inspections } from '../../deploy/inspections/inspection.ts';
import type { Commit, Log } from '../../deploy/ports/ports.ts';
import type { Deployment } from '../../deploy/record/deployment.ts';
import type { Author } from '../../deploy/record/facts.ts';
import type { Records } from '../../deploy/history/records.ts';
import type { Redactor } from '../../deploy/secrets/redactor.ts';
import type { Settings, Target } from '../../deploy/settings/settings.ts';

export interface SlackPorts {
  client: SlackClient;
  records: Records;
  wake: Pick<Wake, 'wake' | 'inspect'>;
  inspections: Pick<Inspections, 'request' | 'read'>;
  settings: Settings;
  painted: Pick<PaintedMessages, 'read'>;
  groupsOf: GroupsOf;
  /** Finds the bot's workspace: argo-bot refuses payloads of other workspaces. */
  findWorkspace: FindWorkspace;
  checkMembership: CheckMembership;
  matchAuthors: MatchAuthors;
  limiter: Pick<Limiter, 'take'>;
  /** Returns false if it was called with this id within `seconds`: Slack may deliver a request twice. */
  isFirstDelivery(id: string, seconds: number): Promise<boolean>;
  home: Pick<Home, 'show'>;
  commits: CommitOffers;
  log: Log;
  redactor: Redactor;
}

/** The methods of Slack's Web API that argo-bot may call. scopes.ts lists the OAuth scopes that each needs. */
export interface SlackClient {
  auth: Pick<WebClient['auth'], 'test'>;
  chat: Pick<WebClient['chat'], 'postMessage' | 'postEphemeral' | 'update' | 'getPermalink'>;
  conversations: Pick<WebClient['conversations'], 'history' | 'members' | 'replies'>;
  files: Pick<WebClient['files'], 'getUploadURLExternal' | 'completeUploadExternal'>;
  usergroups: { users: Pick<WebClient['usergroups']['users'], 'list'> };
  users: Pick<WebClient['users'], 'info' | 'lookupByEmail'>;
  views: Pick<WebClient['views'], 'open' | 'publish' | 'update'>;
}

export interface MatchedAuthors {
  /** Slack ids of the authors who were found. */
  people: ReadonlySet<string>;
  /** Authors who match nobody in Slack or argo.yml; any approver could be one of them. */
  unmatched: readonly Author[];
}

/** Finds who wrote the commits; undefined for a restart, or if authors may approve. Rejects if Slack is silent. */
export type MatchAuthors = (d: Deployment, target: Target) => Promise<MatchedAuthors | undefined>;

/** Returns the user groups in which a person is. `fresh`: not from the cache. Rejects when Slack does not answer. */
export type GroupsOf = (user: string, how?: 'fresh') => Promise<readonly string[]>;

/** Returns whether a user is in a channel; false if Slack does not list its members. */
export type InChannel = (user: string, channel: string) => Promise<boolean>;

export type Membership = { kind: 'member' } | { kind: 'refused'; reason: string };

/** Checks whether a user is a full member of the workspace. Rejects when Slack does not answer. */
export type CheckMembership = (user: string) => Promise<Membership>;

export interface Workspace {
  team: string;
  /** The Enterprise organization of the workspace, if it has one. */
  enterprise: string | undefined;
}

/** Returns the bot's workspace. Rejects while Slack does not answer; the next call asks Slack again. */
export type FindWorkspace = () => Promise<Workspace>;

export type OfferedCommits =
  | { kind: 'fresh'; commits: readonly Commit[] }
  /** git has not answered in time. A later call may return the commits. */
  | { kind: 'late' }
  | { kind: 'failed'; why: string };

export interface CommitOffers {
  /** Resolves within three seconds even if git is slow, because Slack waits no longer for a form's options. */
  newest(target: Target): Promise<OfferedCommits>;
  /** Asks git for the commits in advance, so that `newest` answers sooner. */
  prepare(target: Target): void;
}

export interface Home {
  /** Publishes the Home tab for one person. `notice`: the answer to a click, in escaped mrkdwn. */
  show(user: string, notice?: string): Promise<void>;
  /** Publishes the tab for people who opened it in the last hour. Logs Slack's errors, throws all others. */
  refresh(): Promise<void>;
  /** Refreshes soon, at most once in 20 seconds. */
  refreshSoon(): void;
  stop(): void;
}
