// Decides which alert of a watch is open, and what raising, acknowledging and snoozing do to it.
import type { Alert, Deployment } from './deployment.ts';
import type { DeploymentEvent } from './events.ts';

type AlertEvent = DeploymentEvent & {
  type: 'alerted' | 'acknowledged' | 'snoozed' | 'recovered';
};

/** Returns the newest alert that has not recovered; undefined once the deployment ends or rolls back. */
export function openAlert(d: Deployment): Alert | undefined {
  if (d.finished || d.rollback) return undefined;
  return d.alerts.findLast(({ recoveredAt }) => recoveredAt === undefined);
}

export function isSnoozed({ snoozed }: Alert, at: number): boolean {
  return snoozed !== undefined && at < snoozed.until;
}

/** Applies an alert event. An alert whose fingerprint is known is raised again, and not listed a second time. */
export function applyToAlerts(d: Deployment, event: AlertEvent): void {
  if (event.type === 'alerted') return raise(d, event);
  // An acknowledgement or a snooze after the recovery changes nothing.
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

/** Adds an alert, or raises the existing one again: it then needs a new acknowledgement. */
function raise(d: Deployment, event: AlertEvent & { type: 'alerted' }): void {
  const { reason, at, fingerprint = reason } = event;
  const existing = d.alerts.find((alert) => alert.fingerprint === fingerprint);
  if (!existing) {
    d.alerts.push({ fingerprint, reason, at, raisedAt: at, count: 1 });
    return;
  }
  Object.assign(existing, { reason, raisedAt: at, count: existing.count + 1 });
  delete existing.recoveredAt;
  delete existing.acknowledgedBy;
  delete existing.snoozed;
}
