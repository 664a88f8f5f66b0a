// Runs a stage's work on every host at once, combines failures, and runs scripts on a host.
import {
  Fenced,
  HostUnreachable,
  isFailure,
  OutcomeUnknown,
  StageFailed,
  errorForPeople,
} from '../record/errors.ts';
import { portOf, unitName, userOf } from '../settings/layout.ts';
import type { Answer, Host, RunOptions, ScriptCall } from '../ports/ports.ts';
import type { HostContext } from './stage.ts';
import type { Target } from '../settings/settings.ts';
import { permittedSettings } from '../unit/unit-file.ts';

export type ScriptContext = Pick<
  HostContext,
  'epoch' | 'target' | 'signal' | 'timeoutMs' | 'title'
> & {
  deployment: { id: string };
};

/** Runs `act` on every host and waits for all, so that none is left half-done. Throws the most serious failure. */
export async function onEveryHost<T>(
  context: HostContext,
  act: (host: Host) => Promise<T>,
): Promise<Record<string, T>> {
  const { unreachableHosts } = context;
  const { results, failures } = unreachableHosts
    ? await onReachableHosts(context, act)
    : await settleAll(await context.openHosts(), act);
  const [first, ...others] = failures.toSorted((a, b) => severity(b.error) - severity(a.error));
  if (!first) return results;
  // A rollback, cleanup or inspection continues if one host succeeded, unless a newer worker has taken over (Fenced).
  if (unreachableHosts && Object.keys(results).length > 0 && !(first.error instanceof Fenced)) {
    for (const { host, error } of failures)
      unreachableHosts.set(host, messageOf(context, host, error));
    return results;
  }
  if (others.length === 0 || !(first.error instanceof StageFailed)) throw first.error;
  throw combinedFailure(context, first.error, others);
}

/** For `onEveryHost`: makes `act` run on one host at a time. A failure does not stop the next host. */
export function oneAtATime<T>(act: (host: Host) => Promise<T>): (host: Host) => Promise<T> {
  let previous: Promise<unknown> = Promise.resolve();
  return (host) => {
    const current = previous.then(() => act(host));
    previous = current.catch(() => undefined);
    return current;
  };
}

interface Outcomes<T> {
  results: Record<string, T>;
  failures: { host: string; error: unknown }[];
}

async function settleAll<Named extends { name: string }, T>(
  hosts: readonly Named[],
  act: (host: Named) => Promise<T>,
): Promise<Outcomes<T>> {
  const outcomes = await Promise.allSettled(hosts.map((host) => act(host)));
  const results: Record<string, T> = {};
  const failures: Outcomes<T>['failures'] = [];
  outcomes.forEach((outcome, index) => {
    const host = hosts[index]?.name ?? '';
    if (outcome.status === 'fulfilled') results[host] = outcome.value;
    else failures.push({ host, error: outcome.reason as unknown });
  });
  return { results, failures };
}

/** Skips hosts that failed in an earlier stage. Opens each host separately, so that a failure stops no other host. */
function onReachableHosts<T>(
  { target, facts, ports, signal }: HostContext,
  act: (host: Host) => Promise<T>,
): Promise<Outcomes<T>> {
  const hosts = target.place.hosts.filter(({ name }) => !facts.leftBehind?.[name]);
  return settleAll(hosts, async (host) => act(await ports.hosts.open(host, signal)));
}

/** Ranks failures: most serious is a newer worker (by epoch), then a failed script, then a broken connection. */
function severity(error: unknown): number {
  if (error instanceof Fenced) return 2 + (epochOfHost(error) ?? 0);
  return error instanceof OutcomeUnknown || error instanceof HostUnreachable ? 0 : 1;
}

export function epochOfHost(error: unknown): number | undefined {
  if (!(error instanceof Fenced)) return undefined;
  const { cause } = error;
  if (typeof cause !== 'object' || cause === null || !('epoch' in cause)) return undefined;
  return typeof cause.epoch === 'number' ? cause.epoch : undefined;
}

function combinedFailure(
  context: HostContext,
  first: StageFailed,
  others: { host: string; error: unknown }[],
): StageFailed {
  const [reason = '', ...lines] = first.message.split('\n');
  const rest = others.map(({ host, error }) => {
    const [own = ''] = messageOf(context, host, error).split('\n');
    const same = first.host !== undefined && own === reason.replaceAll(first.host, host);
    return `${host}: ${same ? 'the same failure' : own.replace(` on ${host}`, '')}`;
  });
  // The lines of the other hosts come first, so that nobody takes them for lines of the first one's log.
  return new StageFailed([reason, ...rest, ...lines].join('\n'), {
    code: first.code,
    next: first.next,
    host: first.host,
    log: [first.log, ...others.map(({ error }) => (isFailure(error) ? error.log : undefined))]
      .filter((log) => log !== undefined)
      .join('\n'),
  });
}

/** Describes an error for people. Unexpected errors are logged too, because the message hides their details. */
function messageOf({ deployment, ports }: HostContext, host: string, error: unknown): string {
  if (!isFailure(error))
    ports.log.error(
      { deployment: deployment.id, host, err: error },
      'an unexpected error stopped the work on a host, so the host counts as failed; report this as a bug',
    );
  const { message, next } = errorForPeople(error, deployment.id);
  return isFailure(error) ? message : `${message} Next: ${next}`;
}

/** Returns the call of a script, with the parameters that every script gets. */
export function scriptCall(
  { deployment, epoch, target }: ScriptContext,
  script: string,
  parameters: ScriptCall['parameters'] = {},
): ScriptCall {
  const always = { ...placeParameters(target), deployment: deployment.id, epoch };
  return { script, parameters: { ...always, ...parameters } };
}

/** Returns the parameters that argo.yml fixes for all scripts. A host's runner admits only what root allows there. */
export function placeParameters(target: Target): ScriptCall['parameters'] {
  const { place, settings } = target;
  return {
    root: place.root,
    strategy: place.strategy,
    // With the proxy's file, ports and units, every script can find out which slot is live, and refuse to change it.
    upstream_file: place.strategy === 'proxy' ? place.proxy.upstream_file : '',
    upstream: place.strategy === 'proxy' ? place.proxy.upstream : '',
    port_blue: portOf(target, 'blue'),
    port_green: portOf(target, 'green'),
    unit_blue: unitName(target, 'blue'),
    unit_green: unitName(target, 'green'),
    log_files: settings.unit.log_files.join(':'),
    unit_allow: permittedSettings(target).join(' '),
    user: userOf(target),
  };
}

export function runScript(
  context: ScriptContext,
  host: Host,
  script: string,
  parameters: ScriptCall['parameters'] = {},
  more: Pick<RunOptions, 'payload' | 'ahead'> = {},
): Promise<Answer> {
  const { timeoutMs, signal, title } = context;
  const call = scriptCall(context, script, parameters);
  return host.run(script, call.parameters, { timeoutMs, signal, what: title, ...more });
}

export function mapHosts<From, To>(
  of: Readonly<Record<string, From>>,
  pick: (from: From) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(of).map(([host, from]) => [host, pick(from)]));
}

/** Returns the lines that `say` gives for each host, each with the host's name in front: `host-1: …`. */
export function linesByHost<Of>(
  of: Readonly<Record<string, Of>>,
  say: (one: Of) => readonly string[],
): string[] {
  return Object.entries(of).flatMap(([host, one]) => say(one).map((line) => `${host}: ${line}`));
}

/** Returns the text that `say` gives if it is the same for all hosts, else `host-1: a, host-2: b`. */
export function agreedOrEach<Of>(
  of: Readonly<Record<string, Of>>,
  say: (one: Of) => string,
): string {
  const [first, ...others] = new Set(Object.values(of).map(say));
  if (others.length === 0) return first ?? '';
  return linesByHost(of, (one) => [say(one)]).join(', ');
}
