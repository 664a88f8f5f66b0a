import { Cluster, type Redis } from 'ioredis';
import type { Log } from '../../deploy/ports/ports.ts';
import { ask } from './queries.ts';
import type { Connection } from './connect.ts';
import { keeperOf } from './node-for-keys.ts';

/** A replica that is well confirms within a millisecond or two. */
const WAIT_MS = 300;
/** Where there is none, it is looked for again so often. */
const AGAIN_MS = 10_000;

/**
 * Where servers can take each other's place, what only the master has dies with it. Resolves once a replica has
 * whatever was written before on this connection; where none is connected, it says so in the log and goes on.
 * Fails with OutcomeUnknown if the master has gone in the meantime: nobody knows then what the next one has.
 */
export function createReplicated(connection: Connection, log: Log): () => Promise<void> {
  const single = !(connection instanceof Cluster) && !connection.options.sentinels;
  if (single) return () => Promise.resolve();
  const replicas = lookForReplicas(log);
  const wait = async (): Promise<void> => {
    const keeper = keeperOf(connection);
    if (!keeper || !(await replicas.there(keeper))) return;
    if ((await ask(keeper.wait(1, WAIT_MS))) > 0) return;
    log.warn({}, 'no replica of redis has confirmed a write yet: it is lost if the master dies');
    replicas.lookAgain();
  };
  let running: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;
  // One wait is for all that was written before it began, so more than the next one need not stand in a row.
  return () =>
    (next ??= running
      .catch(() => undefined)
      .then(() => {
        next = undefined;
        running = wait();
        return running;
      }));
}

interface Replicas {
  /** Whether anybody follows the master, as of the last look. */
  there(keeper: Redis): Promise<boolean>;
  /** The last look may be about a master that is no more: whoever followed it may follow nobody, or lead. */
  lookAgain(): void;
}

/** Nobody is kept waiting for a replica that is not there. */
function lookForReplicas(log: Log): Replicas {
  let followed: boolean | undefined;
  let again = 0;
  return {
    async there(keeper) {
      if (Date.now() < again) return followed === true;
      again = Date.now() + AGAIN_MS;
      const some = /^connected_slaves:[1-9]/m.test(await ask(keeper.info('replication')));
      if (some && followed === false) log.info({}, 'a replica of redis is connected again');
      if (!some && followed !== false)
        log.warn({}, 'redis has no replica: what is written is lost if its server dies');
      followed = some;
      return some;
    },
    lookAgain: () => void (again = 0),
  };
}
