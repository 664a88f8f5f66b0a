/** What the workspace holds, in the shapes Slack puts on the wire. */
export type Json = Record<string, unknown>;

export interface User {
  id: string;
  name: string;
  real_name?: string;
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
  at: number;
  method: string;
  ok: boolean;
  error?: string;
  args: Json;
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
