import { Misconfigured } from '../deploy/errors.ts';
import { hostsOf, type RedisAddress } from './address.ts';
import { addressOf, type Connection, connectOnce } from './connect.ts';
import { keeperOf } from './keeper.ts';

/** Refuses to start on a Redis that is not there, or that may throw records away. */
export async function checkRedis(url: string): Promise<void> {
  const address = addressOf(url);
  const connection = connectOnce(address);
  try {
    await connection.connect();
    const policy = await evictionOf(connection);
    if (policy === undefined || policy === 'noeviction') return;
    throw new Misconfigured(`Redis throws data away when it is full (maxmemory-policy ${policy})`, {
      code: 'redis-evicts',
      next: 'Set maxmemory-policy noeviction: records of deployments must never be evicted.',
    });
  } catch (error) {
    if (error instanceof Misconfigured) throw error;
    throw new Misconfigured(whyNot(address, error), {
      code: 'redis-unreachable',
      next: 'Start it, or set REDIS_URL to where it is (with user and password). Nothing was changed anywhere.',
      cause: error,
    });
  } finally {
    connection.disconnect();
  }
}

/** INFO rather than CONFIG: hosted Redis often keeps CONFIG to itself. */
async function evictionOf(connection: Connection): Promise<string | undefined> {
  const keeper = keeperOf(connection);
  if (!keeper) throw new Error('no node of the cluster has the records');
  return /^maxmemory_policy:(\S+)/m.exec(await keeper.info('memory'))?.[1];
}

/** A reply error (WRONGPASS, NOPERM) says more than that it failed; it never has the password in it. */
function whyNot(address: RedisAddress, error: unknown): string {
  const hosts = hostsOf(address);
  const refused = refusal(error);
  if (refused !== undefined) return `Redis refuses us at ${hosts}: ${refused}`;
  if (address.kind === 'cluster') return `No node of the Redis Cluster answers at ${hosts}`;
  if (address.kind === 'server') return `Redis does not answer at ${hosts}`;
  return `No master ${address.master} of Redis was found through the Sentinels at ${hosts}: they are down, know no such master, or it is down`;
}

/** A cluster tells it as the reason of a reason. */
function refusal(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error.name === 'ReplyError') return error.message;
  return 'lastNodeError' in error ? refusal(error.lastNodeError) : undefined;
}
