// Fetches, reads and checks each service when a worker starts, so that the first deployment does not wait for it.
import { expectedVersion, pythonFiles, matchesExcluded } from '../python/check-python.ts';
import type { Ports } from '../ports/ports.ts';
import {
  allTargets,
  type ServiceSettings,
  type Settings,
  type Target,
} from '../settings/settings.ts';
import { pythonChecks } from '../settings/checks.ts';

type WarmUpPorts = Pick<Ports, 'records' | 'source' | 'python' | 'log'>;

/** The log line for each prepared service; `npm run bench` waits for it. */
export const PREPARED = 'prepared the newest commit';

/** Time limit for each service. After it, the service's first deployment does what is left. */
const MAX_MS_PER_SERVICE = 5 * 60_000;

/** Logs errors and never fails, because the first deployment of the service reports the same errors. */
export async function warmUp(
  ports: WarmUpPorts,
  settings: Settings,
  stopped: AbortSignal,
): Promise<void> {
  for (const [service, declared] of Object.entries(settings.services)) {
    if (stopped.aborted) return;
    const signal = AbortSignal.any([stopped, AbortSignal.timeout(MAX_MS_PER_SERVICE)]);
    try {
      const targets = allTargets(settings).filter((target) => target.service === service);
      const sha = await warmUpService(ports, declared, targets, signal);
      ports.log.info({ service, sha }, PREPARED);
    } catch (error) {
      if (stopped.aborted) return;
      ports.log.warn(
        { service, err: error },
        'the newest commit could not be prepared; the first deployment of the service will take longer',
      );
    }
  }
}

async function warmUpService(
  { records, source, python }: WarmUpPorts,
  { source: from, files: wanted, checks }: ServiceSettings,
  targets: Target[],
  signal: AbortSignal,
): Promise<string> {
  const { sha } = await source.resolve(from, undefined, signal);
  const tree = await source.files(from, sha, signal);
  const { files } = await tree.discover(wanted);
  const declared = pythonChecks(checks.python);
  // With `files: changed`, a deployment checks only a few files, so nothing is prepared.
  if (declared?.files === 'all') {
    const asked = pythonFiles(files).filter(({ path }) => !matchesExcluded(declared.exclude, path));
    const expected = targets.map((target) =>
      expectedVersion({ ports: { records }, target }, declared),
    );
    // Before a first deployment the hosts' version is unknown. It often is the one that the project declares.
    for (const version of new Set([...(await Promise.all(expected)), declared.version]))
      await python.check({ tree, files: asked, version }, signal);
  }
  return sha;
}
