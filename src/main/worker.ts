// Wires the worker: the ports of deployments, the pool of hosts, and the queue.
import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { createWorkerHealth } from '../../jobs/worker-health.ts';
import { inspectQueues } from '../../jobs/inspect-queues.ts';
import { startWorker } from '../../jobs/main.ts';
import type { Environment } from '../argo-yml/environment.ts';
import { warmUp } from '../deploy/engine/warm-up.ts';
import type { Ports } from '../deploy/ports/ports.ts';
import { createPool } from '../host/pool.ts';
import { packFiles } from '../host/run/tar.ts';
import { connectRedis } from '../redis/connection/connect.ts';
import { createProbeSender } from '../source/service-config/send-probe.ts';
import { createConfigSource } from '../source/service-config/config-source.ts';
import { endObjectReaders } from '../source/git/object-reader.ts';
import { createSource } from '../source/tree/git-source.ts';
import { createPythonCheck } from '../source/python/python-check.ts';
import { hiddenPaths } from '../source/sandbox/hidden-paths.ts';
import { createCommands } from '../source/checks/team-command.ts';
import type { Check } from '../ops/health.ts';
import type { Base } from './base.ts';
import type { Running, Wiring } from './wiring.ts';

export function startDeployments(
  wiring: Wiring,
  { redis, records, wake, painted, audit, inspections }: Base,
): Running {
  const { environment, settings, redisUrl, log, redactor } = wiring;
  const { ARGO_DATA: dataDirectory, ARGO_CONFIG: file } = environment;
  const shared: Omit<Ports, 'hosts'> = {
    records,
    source: createSource({ dataDirectory: join(dataDirectory, 'source') }),
    python: createPythonCheck({ dataDirectory: join(dataDirectory, 'python'), warm: true }),
    commands: createCommands({ hide: hiddenPaths({ dataDirectory, file, settings }) }),
    config: createConfigSource({ fingerprintKey: fingerprintKey(environment), warm: true }),
    sendProbe: createProbeSender(),
    pack: (from, files, extra, mtime) => packFiles(from, files, extra, { mtime }),
    redactor,
    log,
  };
  const pool = createPool({ log, redact: (text) => redactor.cleanInSlices(text) });
  const connection = connectRedis(redisUrl, 'persistent', log);
  const worker = startWorker({
    connection,
    portsForRun: () => ({ ...shared, hosts: pool.borrow() }),
    ports: shared,
    inspections,
    settings,
    wake,
    paintedVersion: (id) => painted.paintedVersion(id),
    async sealAudit() {
      const head = await audit.seal();
      // `argo-bot audit verify --head` with a head from the log detects a later change of the chain in Redis.
      if (head)
        log.info(
          head,
          'the audit has new entries, and nobody has to act: `hash` is the last one, for argo-bot audit verify --head',
        );
    },
    name: `${hostname()}:${process.pid}`,
  });
  const stopping = new AbortController();
  const readied = warmUp({ ...shared, hosts: pool.borrow() }, settings, stopping.signal);
  const queues = inspectQueues(redis);
  const workerHealth = createWorkerHealth();
  const queue: Check = {
    name: 'queue',
    problem: async () =>
      workerHealth({ ...worker.status(), nextWaiting: await queues.nextWaiting() }),
  };
  return {
    ready: Promise.resolve(),
    checks: [queue],
    async stop() {
      stopping.abort();
      await queues.close();
      await worker.stop();
      await readied;
      await pool.close();
      endObjectReaders();
      connection.disconnect();
    },
  };
}

/** Derives the secret key of config fingerprints, so that nobody who sees a fingerprint in Slack guesses its value. */
function fingerprintKey({ SLACK_BOT_TOKEN }: Environment): string {
  return createHash('sha256').update(`fingerprints\0${SLACK_BOT_TOKEN}`).digest('hex');
}
