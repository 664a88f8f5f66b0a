import type { PaintedMessage, PaintedMessages } from '../deploy/announcements.ts';
import type { Connection } from './connect.ts';
import { KEEP_SECONDS } from './scripts.ts';

/** Two painters may end in any order; what has been painted only ever grows. */
const SAVE_VERSION = `
local painted = tonumber(redis.call('GET', KEYS[1]) or '0')
local version = math.max(painted, tonumber(ARGV[1]))
redis.call('SET', KEYS[1], version, 'EX', ARGV[2])
`;

const messagesKey = (deployment: string) => `{argo}:painted:${deployment}`;
const versionKey = (deployment: string) => `{argo}:painted-version:${deployment}`;

function messageOf(json: string): PaintedMessage {
  const message: PaintedMessage = JSON.parse(json);
  return message;
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
      return Number((await redis.get(versionKey(deployment))) ?? 0);
    },
    async savePaintedVersion(deployment, version) {
      await redis.eval(
        SAVE_VERSION,
        1,
        versionKey(deployment),
        String(version),
        String(KEEP_SECONDS),
      );
    },
  };
}
