// Decides which alert of a watch is open, and what raising, acknowledging and snoozing do to it.
import type { Alert, Deployment } from './deployment.ts';
import type { DeploymentEvent } from './events.ts';

type AlertEvent = DeploymentEvent & {
  type: 'alerted' | 'acknowledged' | 'snoozed' | 'recovered';
};

/** The last alert that has not recovered, while the deployment is watched. */
export function openAlert(d: Deployment): Alert | undefined {
  if (d.finished || d.rollback) return undefined;
  return d.alerts.findLast(({ recoveredAt }) => recoveredAt === undefined);
}

export function isSnoozed({ snoozed }: Alert, at: number): boolean {
  return snoozed !== undefined && at < snoozed.until;
}

/** Applies an event. Each fingerprint has one alert, however often it is raised. */
export function applyToAlerts(d: Deployment, event: AlertEvent): void {
  if (event.type === 'alerted') return raise(d, event);
  // Events after the recovery do not count.
  const alert = openAlert(d);
  if (!alert) return;
  switch (event.type) {
    case 'acknowledged':
      alert.acknowledgedBy ??= event.by;
      return;
    case 'snoozed':
      alert.snoozed = { by: event.by, until: event.until };
      return;
    case 'recovered':
      alert.recoveredAt = event.at;
      return;
  }
}

/** An alert that is raised again needs a new acknowledgement. */
function raise(d: Deployment, event: AlertEvent & { type: 'alerted' }): void {
  const { reason, at, fingerprint = reason } = event;
  const known = d.alerts.find((alert) => alert.fingerprint === fingerprint);
  if (!known) {
    d.alerts.push({ fingerprint, reason, at, raisedAt: at, count: 1 });
    return;
  }
  Object.assign(known, { reason, raisedAt: at, count: known.count + 1 });
  delete known.recoveredAt;
  delete known.acknowledgedBy;
  delete known.snoozed;
}
