// Finds the Redis node that has the bot's keys: a node of the cluster, or the single server.
import { Cluster, type Redis } from 'ioredis';
import type { Connection } from './connect.ts';

/** The result of `CLUSTER KEYSLOT {argo}`. All keys of the bot and of BullMQ have this hash tag. */
const SLOT = 5_882;

/** Returns the node for commands without a key, such as INFO. Undefined while no node of a cluster has the keys. */
export function nodeForKeys(connection: Connection): Redis | undefined {
  if (!(connection instanceof Cluster)) return connection;
  const name = connection.slots[SLOT]?.[0];
  return connection
    .nodes('master')
    .find(({ options: { host, port } }) => `${host}:${port}` === name);
}
