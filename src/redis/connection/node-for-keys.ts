import { Cluster, type Redis } from 'ioredis';
import type { Connection } from './connect.ts';

/** `CLUSTER KEYSLOT {argo}`: every key of ours has this hash tag, BullMQ's too. */
const SLOT = 5_882;

/** The one server that has our keys, for questions that are not about a key. Undefined while a cluster has none. */
export function keeperOf(connection: Connection): Redis | undefined {
  if (!(connection instanceof Cluster)) return connection;
  const name = connection.slots[SLOT]?.[0];
  return connection
    .nodes('master')
    .find(({ options: { host, port } }) => `${host}:${port}` === name);
}
