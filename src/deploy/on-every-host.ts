import { isFailure, StageFailed } from './errors.ts';
import type { Answer, Host } from './ports.ts';
import type { StageContext } from './stage.ts';

/**
 * Does the same on every host at once and waits for all of them, so that no host is left half-done
 * behind a failure elsewhere. Fails with the first failure, naming the other hosts that failed too.
 */
export async function onEveryHost<T>(
  context: StageContext,
  act: (host: Host) => Promise<T>,
): Promise<Record<string, T>> {
  const hosts = await context.openHosts();
  const outcomes = await Promise.allSettled(hosts.map((host) => act(host)));
  const results: Record<string, T> = {};
  const failures: { host: string; error: unknown }[] = [];
  outcomes.forEach((outcome, index) => {
    const host = hosts[index]?.name ?? '';
    if (outcome.status === 'fulfilled') results[host] = outcome.value;
    else failures.push({ host, error: outcome.reason as unknown });
  });
  const [first, ...others] = failures;
  if (!first) return results;
  if (others.length === 0 || !(first.error instanceof StageFailed)) throw first.error;
  throw together(first.error, others);
}

function together(first: StageFailed, others: { host: string; error: unknown }[]): StageFailed {
  const rest = others.map(({ host, error }) => `${host}: ${messageOf(error)}`).join('\n');
  return new StageFailed(`${first.message}\nAlso failed on ${rest}`, {
    code: first.code,
    next: first.next,
    host: first.host,
    log: [first.log, ...others.map(({ error }) => (isFailure(error) ? error.log : undefined))]
      .filter((log) => log !== undefined)
      .join('\n'),
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Runs one script on a host with what every script wants to know. */
export function runScript(
  context: StageContext,
  host: Host,
  script: string,
  parameters: Record<string, string | number> = {},
  payload?: Parameters<Host['run']>[2]['payload'],
): Promise<Answer> {
  const { deployment, epoch, target, timeoutMs, signal, title } = context;
  return host.run(
    script,
    { root: target.place.root, deployment: deployment.id, epoch, ...parameters },
    { timeoutMs, signal, what: title, payload },
  );
}

/** The one value that every host agrees on, or a summary of who says what. */
export function agreed(values: Record<string, string>): string {
  const distinct = new Set(Object.values(values));
  if (distinct.size === 1) return [...distinct][0] ?? '';
  return Object.entries(values)
    .map(([host, value]) => `${host}: ${value}`)
    .join(', ');
}
