// Stores which Slack messages were posted for a deployment, and up to which version of its record they are current.
import { z } from 'zod';
import type { PaintedMessage, PaintedMessages } from '../deploy/ports/slack-ports.ts';
import type { Connection } from './connection/connect.ts';

const KEEP_SECONDS = 90 * 24 * 3_600;

/** Stores the version that a thread shows. Never decreases it: processes that update a thread may end in any order. */
const SAVE_VERSION = `
local painted = tonumber(redis.call('GET', KEYS[1]) or '0') or 0
local version = math.max(painted, tonumber(ARGV[1]))
redis.call('SET', KEYS[1], version, 'EX', ARGV[2])
`;

/** A missing or invalid version counts as 0. */
const Version = z.coerce.number().int().catch(0);

const messagesKey = (deployment: string) => `{argo}:painted:${deployment}`;
const versionKey = (deployment: string) => `{argo}:painted-version:${deployment}`;

const Saved = z.object({
  channel: z.string(),
  ts: z.string().optional(),
  hash: z.string(),
  at: z.number(),
  news: z.string().optional(),
});

/** Replaces an entry that cannot be parsed. The bot then searches Slack for the message before it posts again. */
const UNREADABLE: PaintedMessage = { channel: '', hash: '', at: 0 };

function messageOf(json: string): PaintedMessage {
  try {
    return Saved.parse(JSON.parse(json));
  } catch {
    return UNREADABLE;
  }
}

export function createPaintedMessages(redis: Connection): PaintedMessages {
  return {
    async read(deployment) {
      const saved = await redis.hgetall(messagesKey(deployment));
      return Object.fromEntries(Object.entries(saved).map(([key, json]) => [key, messageOf(json)]));
    },
    async save(deployment, key, message) {
      const name = messagesKey(deployment);
      const results = await redis
        .multi()
        .hset(name, key, JSON.stringify(message))
        .expire(name, KEEP_SECONDS)
        .exec();
      for (const [error] of results ?? []) if (error) throw error;
    },
    async paintedVersion(deployment) {
      return Version.parse(await redis.get(versionKey(deployment)));
    },
    async savePaintedVersion(deployment, version) {
      await redis.eval(SAVE_VERSION, 1, versionKey(deployment), version, KEEP_SECONDS);
    },
  };
}
