// Starts the script `claim` and the observation of each host before the stage `claim` needs their results.
import { describeRequest, isDryRun } from '../record/requests.ts';
import type { Host, ScriptCall } from '../ports/ports.ts';
import type { DeployRequest } from '../record/events.ts';
import type { StageContext } from '../step/stage.ts';
import { scriptCall } from '../step/on-every-host.ts';
import { observationCalls, type Reads } from './config-on-host.ts';

/** A rollback runs no Python, and its stage `sync-back` reports what is wrong in the config's locations. */
export function readsOfClaim(request: DeployRequest): Reads {
  const isRollback = describeRequest(request).rollsBack === true;
  return { python: !isRollback, configs: !isRollback };
}

/**
 * Claims the hosts while the bot reads and checks the files of the commit. The commit must be admitted: a ref that is
 * refused touches no host. The stage `claim` uses the results, and repeats the scripts if there are none or old ones.
 */
export function claimEarly(context: StageContext): void {
  const { request, openHosts, signal, timeoutMs } = context;
  // A dry run changes nothing on a host, not even the epoch that the script `claim` stores there.
  if (isDryRun(request)) return;
  const calls: ScriptCall[] = [
    scriptCall(context, 'claim'),
    ...observationCalls(context, readsOfClaim(request)),
  ];
  const claim = (host: Host): void =>
    host.runEarly(calls, { timeoutMs, signal, what: 'Host reservation' });
  openHosts()
    .then((hosts) => hosts.forEach(claim))
    .catch(() => undefined);
}
