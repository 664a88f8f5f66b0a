/** What the workspace holds, in the shapes Slack puts on the wire. */
export type Json = Record<string, unknown>;

export interface User {
  id: string;
  name: string;
  real_name?: string;
  email?: string;
  /** The workspace of an external person, in a channel shared over Slack Connect. */
  team_id?: string;
  is_stranger?: boolean;
  is_bot?: boolean;
  deleted?: boolean;
  is_restricted?: boolean;
  is_ultra_restricted?: boolean;
}

export interface ChannelOption {
  id: string;
  name: string;
  /** Everyone, the bot included, when left out. */
  members?: string[];
  private?: boolean;
  archived?: boolean;
}

export interface Channel {
  id: string;
  name: string;
  members: string[];
  private: boolean;
  archived: boolean;
  /** Set for a direct message between this user and the bot. */
  im?: string;
}

export interface UserGroup {
  id: string;
  handle: string;
  users: string[];
}

export interface SlackFile {
  id: string;
  name: string;
  title: string;
  mimetype: string;
  size: number;
  user: string;
  created: number;
  url_private: string;
  permalink: string;
  alt_txt?: string;
}

interface Reaction {
  name: string;
  users: string[];
  count: number;
}

export interface Message {
  type: 'message';
  channel: string;
  ts: string;
  user: string;
  text: string;
  bot_id?: string;
  app_id?: string;
  thread_ts?: string;
  /** A reply that shows in the channel as well. */
  subtype?: 'thread_broadcast';
  blocks?: Json[];
  metadata?: Json;
  edited?: { user: string; ts: string };
  files?: SlackFile[];
  reactions?: Reaction[];
  /** Only this user sees it: an ephemeral message, out of reach of the API. */
  visible_to?: string;
}

export interface View extends Json {
  id: string;
  type: 'modal' | 'home';
  hash: string;
  blocks: Json[];
  callback_id: string;
  private_metadata: string;
  external_id: string;
  state: { values: Record<string, Record<string, Json>> };
}

export interface ApiCall {
  /** Counts up from 1. */
  id: number;
  at: number;
  method: string;
  ok: boolean;
  error?: string;
  args: Json;
}

/** How full something is that Slack limits. */
export interface Measure {
  /** A JSON pointer. */
  at: string;
  used: number;
  most: number;
  unit: 'characters' | 'items' | 'bytes';
}

/** A call as the inspector lists it; its arguments are asked for one by one. */
export interface DescribedCall extends Omit<ApiCall, 'args'> {
  channel: string;
  /** Whose eyes alone it is for: a private answer, a modal, a Home tab. */
  user: string;
  /** The first words a reader sees. */
  about: string;
  blocks: number;
  characters: number;
  /** What came within a fifth of a limit of Slack's. */
  near: Measure[];
}

/** A figure from behind the scenes, to look at while something is broken. */
export interface Gauge {
  label: string;
  value: string;
  well: boolean;
}

export interface ShownTrouble {
  id: string;
  /** The heading it stands under. */
  group: string;
  label: string;
  /** What will be seen. */
  about: string;
  /** What its button says. */
  verb: string;
  /** Whether it stands now, until it is mended. */
  on: boolean;
  busy: boolean;
  /** What it said, or why it failed, the last time. */
  said?: string;
}

export interface Ack {
  envelopeId: string;
  type: string;
  at: number;
  /** Absent when nothing came within the time allowed. */
  latencyMs?: number;
  error?: string;
}

export function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function records(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

export function stringOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
