// Fetches and checks the newest commit of each service when a worker starts, so that the first deployment is faster.
import { expectedVersion, pythonFiles, matchesExcluded } from '../python/check-python.ts';
import { interpreterOf, lastSeenPython, oldestPython } from '../python/version.ts';
import { observe } from '../host/observe.ts';
import type { Ports } from '../ports/ports.ts';
import {
  allTargets,
  type ServiceSettings,
  type Settings,
  type Target,
} from '../settings/settings.ts';
import { pythonChecks } from '../settings/checks.ts';

type WarmUpPorts = Pick<Ports, 'records' | 'source' | 'python' | 'hosts' | 'log'>;

/** The log line for each prepared service; `npm run bench` waits for it. */
export const PREPARED =
  'fetched and checked the newest commit of a service, so that its first deployment is faster';

/** Time limit for each service. After it, the service's first deployment does what is left. */
const MAX_MS_PER_SERVICE = 5 * 60_000;
/** Time limit for asking a host for its Python. */
const MAX_MS_PER_HOST = 10_000;

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
        'the newest commit of a service could not be fetched and checked; its first deployment takes longer, and reports the error if it remains',
      );
    }
  }
  await ports.hosts.closeAll();
}

async function warmUpService(
  ports: WarmUpPorts,
  { source: from, files: wanted, checks }: ServiceSettings,
  targets: Target[],
  signal: AbortSignal,
): Promise<string> {
  const { source, python } = ports;
  const { sha } = await source.resolve(from, undefined, signal);
  const tree = await source.files(from, sha, signal);
  const { files } = await tree.discover(wanted);
  const declared = pythonChecks(checks.python);
  // With `files: changed`, a deployment checks only a few files, so nothing is prepared.
  if (declared?.files === 'all') {
    const asked = pythonFiles(files).filter(({ path }) => !matchesExcluded(declared.exclude, path));
    const versions = targets.flatMap((target) => [
      expectedVersion({ ports, target }, declared),
      ...(declared.version === undefined ? [unseenPython(ports, target, signal)] : []),
    ]);
    // `undefined` checks for the Python version that the project's files declare, which hosts often have.
    for (const version of new Set([...(await Promise.all(versions)), declared.version]))
      await python.check({ tree, files: asked, version }, signal);
  }
  return sha;
}

/** Asks the hosts for their oldest Python if no deployment has recorded it; undefined if none answers. */
async function unseenPython(
  { records, hosts }: WarmUpPorts,
  target: Target,
  stopped: AbortSignal,
): Promise<string | undefined> {
  if (interpreterOf(target) === '' || (await lastSeenPython(records, target))) return undefined;
  const signal = AbortSignal.any([stopped, AbortSignal.timeout(MAX_MS_PER_HOST)]);
  const context = { target, signal, timeoutMs: MAX_MS_PER_HOST, title: 'Preparation' };
  const answers = await Promise.allSettled(
    target.place.hosts.map(async (settings) => {
      const host = await hosts.open(settings, signal);
      // The script `inspect` only reads, so the host does not store this made-up deployment and epoch.
      return observe({ ...context, deployment: { id: 'preparation' }, epoch: 0 }, host);
    }),
  );
  const seen = answers.flatMap((one) => (one.status === 'fulfilled' ? [one.value.facts] : []));
  return oldestPython(Object.fromEntries(seen.entries()));
}
