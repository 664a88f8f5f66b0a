// Keeps SSH connections open between the phases of a deployment, until they are idle.
import type { Hosts } from '../deploy/ports/ports.ts';
import { createHosts, type HostsOptions } from './hosts.ts';

export interface Pool {
  /** Returns the connections for one run. Their `closeAll` leaves them open in the pool. */
  borrow(): Hosts;
  close(): Promise<void>;
}

const IDLE_MS = 60_000;

/** The next phase or a rollback reuses open connections. All close `IDLE_MS` after the last run returned them. */
export function createPool(options: HostsOptions): Pool {
  const hosts = createHosts(options);
  let borrowed = 0;
  let timer: NodeJS.Timeout | undefined;
  return {
    borrow() {
      borrowed += 1;
      clearTimeout(timer);
      let returned = false;
      return {
        open: (settings, signal) => hosts.open(settings, signal),
        closeAll() {
          if (!returned) borrowed -= 1;
          returned = true;
          clearTimeout(timer);
          if (borrowed === 0) timer = setTimeout(() => void hosts.closeAll(), IDLE_MS).unref();
          return Promise.resolve();
        },
      };
    },
    close() {
      clearTimeout(timer);
      return hosts.closeAll();
    },
  };
}
