// Starts scripts on the hosts before their stage: the claim, and the reads of a rollback.
import { describeRequest, isDryRun } from '../record/requests.ts';
import type { ScriptCall } from '../ports/ports.ts';
import type { DeployRequest, Slot } from '../record/events.ts';
import type { StageContext } from '../step/stage.ts';
import { slotStateParameters } from '../failure/slot-journal.ts';
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
  const { request } = context;
  // A dry run changes nothing on a host, not even the epoch that the script `claim` stores there.
  if (isDryRun(request)) return;
  const reads = observationCalls(context, readsOfClaim(request));
  runEarly(context, [scriptCall(context, 'claim'), ...reads]);
}

/** Reads the state of the slot for the stage `return-slot` while the bot records the claim of a rollback. */
export function readSlotEarly(context: StageContext, slot: Slot): void {
  runEarly(context, [scriptCall(context, 'slot-state', slotStateParameters(context, slot, 0))]);
}

function runEarly(context: StageContext, calls: readonly ScriptCall[]): void {
  const { openHosts, signal, timeoutMs, title } = context;
  openHosts()
    .then((hosts) =>
      hosts.forEach((host) => host.runEarly(calls, { timeoutMs, signal, what: title })),
    )
    .catch(() => undefined);
}
