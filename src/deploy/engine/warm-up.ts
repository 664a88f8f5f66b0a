// Does the slow work of a first deployment at worker start: fetches, reads and checks each service.
import { pythonFiles, matchesExcluded } from '../python/check-python.ts';
import type { Log, PythonCheck, Source } from '../ports/ports.ts';
import type { ServiceSettings, Settings } from '../settings/settings.ts';
import { pythonChecks } from '../settings/checks.ts';

export interface WarmUpPorts {
  source: Source;
  python: PythonCheck;
  log: Log;
}

/** The log line for each prepared service; `npm run bench` waits for it. */
export const PREPARED = 'prepared the newest commit';

/** Time limit for each service; its first deployment does the rest of the work. */
const MAX_MS_PER_SERVICE = 5 * 60_000;

/** Never fails. Errors are only logged, because the first deployment of the service meets and reports them again. */
export async function warmUp(
  ports: WarmUpPorts,
  settings: Settings,
  stopped: AbortSignal,
): Promise<void> {
  for (const [service, declared] of Object.entries(settings.services)) {
    if (stopped.aborted) return;
    const signal = AbortSignal.any([stopped, AbortSignal.timeout(MAX_MS_PER_SERVICE)]);
    try {
      const sha = await warmUpService(ports, declared, signal);
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
  { source, python }: WarmUpPorts,
  { source: from, files: wanted, checks }: ServiceSettings,
  signal: AbortSignal,
): Promise<string> {
  const { sha } = await source.resolve(from, undefined, signal);
  const tree = await source.files(from, sha, signal);
  const { files } = await tree.discover(wanted);
  const declared = pythonChecks(checks.python);
  // Checks of changed files only are fast without preparation.
  if (declared?.files === 'all') {
    const asked = pythonFiles(files).filter(({ path }) => !matchesExcluded(declared.exclude, path));
    await python.check({ tree, files: asked, version: declared.version }, signal);
  }
  return sha;
}
