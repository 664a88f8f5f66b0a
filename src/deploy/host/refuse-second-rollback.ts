// Decides whether a rollback must name its release, because users were rolled back already.
import type { HistoryEntry, Lock } from '../history/records.ts';
import { StageFailed } from '../record/errors.ts';
import type { DeployRequest } from '../record/events.ts';
import { isNewHost, type Placement } from '../record/facts.ts';
import { describeRequest, refOf } from '../record/requests.ts';
import type { Observations } from './observe.ts';

/**
 * Fails if users were rolled back already and nobody has unlocked since: the person may not know of that rollback, and
 * a second one would take users from a good release. A lock by `/argo lock` does not count.
 */
export function refuseSecondRollback(
  request: DeployRequest,
  { release: target }: Placement,
  seen: Observations,
  { history, lock }: { history: readonly HistoryEntry[]; lock: Lock | undefined },
): void {
  const release = returnedTo(history);
  if (refOf(request) !== undefined || release === undefined) return;
  if (!lock || lock.byCommand) return;
  const hosts = Object.values(seen).filter(({ facts }) => !isNewHost(facts));
  const isLive = hosts.every(
    ({ facts, trafficMismatch }) => facts.liveRelease === release && trafficMismatch === undefined,
  );
  if (!isLive) return;
  throw new StageFailed(
    `users were rolled back to ${release} already, and another rollback would take them from it`,
    {
      code: 'rolled-back-already',
      next: `if ${release} is bad, too, \`/argo rollback ${target}\`.`,
      offers: [{ release: target }],
    },
  );
}

/** Returns the release of the last rollback, if it succeeded and no later deployment has moved users. */
function returnedTo(history: readonly HistoryEntry[]): string | undefined {
  const last = history.find(
    (entry) => entry.users !== undefined && !describeRequest(entry).keepsRelease,
  );
  if (last?.users?.kind !== 'release' || last.users.unhealthy) return undefined;
  const { ending } = last;
  const wasRollback = describeRequest(last).rollsBack || ending === 'rolled-back';
  return wasRollback && ending !== 'rollback-failed' ? last.users.release : undefined;
}
