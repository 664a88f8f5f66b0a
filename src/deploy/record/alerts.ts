import type { Alert, Deployment } from './deployment.ts';
import type { DeploymentEvent } from './events.ts';

type AlertEvent = DeploymentEvent & {
  type: 'alerted' | 'acknowledged' | 'snoozed' | 'recovered';
};

/** An alert that nobody has seen recover. */
export function openAlert(d: Deployment): Alert | undefined {
  if (d.finished || d.rollback) return undefined;
  return d.alerts.findLast(({ recoveredAt }) => recoveredAt === undefined);
}

/** Whether somebody has asked not to be told of it for a while, as of the last word of the journal. */
export function isSnoozed({ snoozed }: Alert, at: number): boolean {
  return snoozed !== undefined && at < snoozed.until;
}

/** What an event means for the alerts: one for each fingerprint, however often it is raised. */
export function applyToAlerts(d: Deployment, event: AlertEvent): void {
  if (event.type === 'alerted') return raise(d, event);
  // Whatever comes after the recovery is too late: the alert it was meant for is over.
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

/** Raised anew it is news again, so nobody has acknowledged it yet. */
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
