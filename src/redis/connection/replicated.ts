// Waits until a Redis replica has the last writes, so that a failover does not lose them.
import { Cluster, type Redis } from 'ioredis';
import type { Log } from '../../deploy/ports/ports.ts';
import { query } from './queries.ts';
import type { Connection } from './connect.ts';
import { nodeForKeys } from './node-for-keys.ts';

/** How long to wait for a replica's confirmation. A healthy one needs 2 ms. */
const WAIT_MS = 300;
/** How often to check whether a replica is connected. */
const CHECK_MS = 10_000;

/** Returns a function that waits until a replica has all earlier writes. Without a replica, it only logs a warning. */
export function createReplicated(connection: Connection, log: Log): () => Promise<void> {
  const single = !(connection instanceof Cluster) && !connection.options.sentinels;
  if (single) return () => Promise.resolve();
  let followed: boolean | undefined;
  let nextCheck = 0;
  /** Checks at most once in CHECK_MS, so that writes do not wait for a replica that is missing. */
  const hasReplica = async (node: Redis): Promise<boolean> => {
    if (Date.now() < nextCheck) return followed === true;
    nextCheck = Date.now() + CHECK_MS;
    const some = /^connected_slaves:[1-9]/m.test(await query(node.info('replication')));
    if (some && followed === false)
      log.info({}, 'a Redis replica is connected again, so a failover loses no records');
    if (!some && followed !== false)
      log.warn({}, 'Redis has no replica: records are lost if its server dies. Start a replica');
    followed = some;
    return some;
  };
  const wait = async (): Promise<void> => {
    const node = nodeForKeys(connection);
    if (!node || !(await hasReplica(node))) return;
    if ((await query(node.wait(1, WAIT_MS))) > 0) return;
    log.warn(
      {},
      'no Redis replica has confirmed a write in time, so the write is lost if the master dies now. If this repeats, check the replica',
    );
    // The master may have changed, so the next write checks for a replica again.
    nextCheck = 0;
  };
  return shared(wait);
}

/** Calls that begin while `act` runs share the next run: one wait for the replica covers all their writes. */
function shared(act: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;
  return () =>
    (next ??= running
      .catch(() => undefined)
      .then(() => {
        next = undefined;
        running = act();
        return running;
      }));
}
