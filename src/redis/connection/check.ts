// Decides whether the bot may start with this Redis: reachable, writable, without eviction.
import { Misconfigured } from '../../deploy/record/errors.ts';
import { addressOf, type Connection, connectOnce } from './connect.ts';
import { nodeForKeys } from './node-for-keys.ts';
import { refusalOf } from './refusals.ts';
import { whyNoConnection } from './why-no-connection.ts';

/** Fails with Misconfigured: `redis-unreachable`, `redis-read-only` or `redis-evicts`. */
export async function checkRedis(url: string): Promise<void> {
  const address = addressOf(url);
  const connection = connectOnce(address);
  const errors: unknown[] = [];
  connection.on('error', (error: unknown) => errors.push(error));
  try {
    await connection.connect();
    refuse(await factsOf(connection));
  } catch (error) {
    if (error instanceof Misconfigured) throw error;
    const { what, next } = await whyNoConnection(address, [error, ...errors]);
    throw new Misconfigured(what, { code: 'redis-unreachable', next, cause: error });
  } finally {
    connection.disconnect();
  }
}

interface Facts {
  policy: string | undefined;
  role: string | undefined;
}

function refuse({ policy, role }: Facts): void {
  const replica = role === 'slave' ? refusalOf('READONLY this server is a replica') : undefined;
  if (replica)
    throw new Misconfigured(`The Redis of REDIS_URL ${replica.what}`, {
      code: 'redis-read-only',
      next: replica.next,
    });
  if (policy === undefined || policy === 'noeviction') return;
  throw new Misconfigured(`Redis throws data away when it is full (maxmemory-policy ${policy})`, {
    code: 'redis-evicts',
    next: 'Set maxmemory-policy noeviction: records of deployments must never be evicted.',
  });
}

/** INFO instead of CONFIG, because hosted Redis often forbids CONFIG. */
async function factsOf(connection: Connection): Promise<Facts> {
  const node = nodeForKeys(connection);
  if (!node) throw new Error('no node of the cluster has the records');
  const info = await node.info();
  return {
    policy: /^maxmemory_policy:(\S+)/m.exec(info)?.[1],
    role: /^role:(\S+)/m.exec(info)?.[1],
  };
}
