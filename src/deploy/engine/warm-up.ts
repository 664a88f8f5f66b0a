import { pythonFiles } from '../python/check-python.ts';
import { matchesExcluded } from '../python/excluded.ts';
import type { Log, PythonCheck, Source } from '../ports/ports.ts';
import type { ServiceSettings, Settings } from '../settings/settings.ts';
import { pythonChecks } from '../settings/python-checks.ts';

export interface ReadyPorts {
  source: Source;
  python: PythonCheck;
  log: Log;
}

/** A service that takes longer than this has its first deployment do the rest. */
const ENOUGH_MS = 5 * 60_000;

/**
 * What the first deployment of a worker that has just begun would have to wait for: of every service the newest
 * commit is fetched, written out and checked while nobody waits. Whatever fails here is said to nobody but the log,
 * since the deployment meets it again. Never fails.
 */
export async function makeReady(
  ports: ReadyPorts,
  settings: Settings,
  stopped: AbortSignal,
): Promise<void> {
  for (const [service, declared] of Object.entries(settings.services)) {
    if (stopped.aborted) return;
    const signal = AbortSignal.any([stopped, AbortSignal.timeout(ENOUGH_MS)]);
    try {
      const sha = await readyOne(ports, declared, signal);
      ports.log.info({ service, sha }, 'ready for a first deployment');
    } catch (error) {
      if (stopped.aborted) return;
      ports.log.warn(
        { service, err: error },
        'not made ready for a first deployment, which will try for itself',
      );
    }
  }
}

async function readyOne(
  { source, python }: ReadyPorts,
  { source: from, files: wanted, checks }: ServiceSettings,
  signal: AbortSignal,
): Promise<string> {
  const { sha } = await source.resolve(from, undefined, signal);
  const checkout = await source.checkout(from, sha, signal);
  const { files } = await source.discover(checkout, wanted);
  await source.makeSpare(from, sha, signal);
  const declared = pythonChecks(checks.python);
  // Those that only look at what has changed find little to do.
  if (declared?.files === 'all') {
    const asked = pythonFiles(files).filter(({ path }) => !matchesExcluded(declared.exclude, path));
    const { directory } = checkout;
    await python.check({ directory, files: asked, version: declared.version }, signal);
  }
  return sha;
}
