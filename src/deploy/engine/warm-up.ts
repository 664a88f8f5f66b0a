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

/** The log line that says so; `npm run bench` waits for it. */
export const PREPARED = 'prepared the newest commit';

/** Limit for each service; its first deployment does the rest. */
const MOST_MS_EACH = 5 * 60_000;

/** While nobody waits. Never fails: a deployment meets what is wrong again, so it is only logged. */
export async function warmUp(
  ports: WarmUpPorts,
  settings: Settings,
  stopped: AbortSignal,
): Promise<void> {
  for (const [service, declared] of Object.entries(settings.services)) {
    if (stopped.aborted) return;
    const signal = AbortSignal.any([stopped, AbortSignal.timeout(MOST_MS_EACH)]);
    try {
      const sha = await warmUpService(ports, declared, signal);
      ports.log.info({ service, sha }, PREPARED);
    } catch (error) {
      if (stopped.aborted) return;
      ports.log.warn(
        { service, err: error },
        'could not prepare the newest commit; the first deployment will do it',
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
