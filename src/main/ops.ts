// Wires the HTTP server for health checks, metrics and the board of queues, if ARGO_HTTP is set.
import { type Measures, nothingMeasured } from '../deploy/ports/slack-ports.ts';
import { allTargets } from '../deploy/settings/settings.ts';
import type { Check } from '../ops/health.ts';
import { inspectQueues } from '../../jobs/inspect-queues.ts';
import type { Base } from './base.ts';
import type { Wiring } from './wiring.ts';

export interface OpsPart {
  measures: Measures;
  /** Starts the HTTP server. Reads `checks` and `sockets` at each request, because bot and worker start later. */
  open(base: Base, asked: OpsPorts): Promise<{ stop(): Promise<void> }>;
}

interface OpsPorts {
  checks: readonly Check[];
  sockets: () => number | undefined;
}

/** Without ARGO_HTTP nothing is counted, nothing listens, and no code for it is loaded. */
export async function createOps(wiring: Wiring): Promise<OpsPart> {
  const { ARGO_HTTP: address } = wiring.environment;
  if (!address) return { measures: nothingMeasured, open: async () => ({ stop: async () => {} }) };
  const { createMetrics } = await import('../ops/metrics.ts');
  const { startOps } = await import('../ops/server.ts');
  const metrics = createMetrics();
  return {
    measures: metrics,
    async open(base, { checks, sockets }) {
      const inspection = inspectQueues(base.redis);
      metrics.readAtRequest({
        sockets,
        queues: () => inspection.counts(),
        places: () => placesOf(wiring, base),
      });
      const redis: Check = {
        name: 'redis',
        problem: async () => ((await base.redis.ping()) === 'PONG' ? undefined : 'no PONG'),
      };
      // An iterable, not a copy: bot and worker add their checks to `checks` after this server has started.
      const all = { [Symbol.iterator]: () => [redis, ...checks].values() };
      const server = await startOps({
        ...address,
        checks: all,
        metrics,
        board: await board(wiring, inspection),
      });
      wiring.log.info(
        { host: address.host, port: server.port },
        'the server for health checks and metrics listens on `host` and `port`',
      );
      return {
        async stop() {
          await server.stop();
          await inspection.close();
        },
      };
    },
  };
}

async function board(
  { environment, redactor }: Wiring,
  { queues }: ReturnType<typeof inspectQueues>,
) {
  const { ARGO_BOARD_USER: user, ARGO_BOARD_PASSWORD: password } = environment;
  if (user === undefined || password === undefined) return undefined;
  const { createBoard } = await import('../ops/board.ts');
  return createBoard({ queues, user, password, redactor });
}

function placesOf({ settings }: Wiring, { records }: Base) {
  return Promise.all(
    allTargets(settings).map(async ({ service, environment }) => {
      const place = { service, environment };
      const [lock, claim] = await Promise.all([records.readLock(place), records.claim(place)]);
      return { ...place, locked: lock !== undefined, deploying: claim !== undefined };
    }),
  );
}
