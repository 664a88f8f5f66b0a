// Decides whether an alert can be acknowledged or snoozed.
import { isSnoozed, openAlert } from '../record/alerts.ts';
import type { Alert, Deployment } from '../record/deployment.ts';
import { type Actor, type Outcome, refuse, write } from './act.ts';
import { approvalDigest } from './approval.ts';

export const SNOOZE_MINUTES = 15;

/** Returns the alert of the clicked button; undefined if the alert is over, because its buttons stay in the thread. */
function openAlertAt(d: Deployment, number: number): Alert | undefined {
  const alert = d.alerts[number - 1];
  return alert && openAlert(d) === alert ? alert : undefined;
}

/** Acknowledges an alert. `number` counts a deployment's alerts from 1. */
export function acknowledge(d: Deployment, number: number, { by, now: at }: Actor): Outcome {
  const alert = openAlertAt(d, number);
  if (!alert) return refuse({ kind: 'alert-over' });
  if (alert.acknowledgedBy) return refuse({ kind: 'acknowledged', by: alert.acknowledgedBy });
  return write({ type: 'acknowledged', at, by, digest: approvalDigest(d) });
}

/** Pauses messages about an alert. The watch and the automatic rollback continue. */
export function snooze(d: Deployment, number: number, { by, now: at }: Actor): Outcome {
  const alert = openAlertAt(d, number);
  if (!alert) return refuse({ kind: 'alert-over' });
  if (alert.snoozed && isSnoozed(alert, at)) return refuse({ kind: 'snoozed', ...alert.snoozed });
  const until = at + SNOOZE_MINUTES * 60_000;
  return write({ type: 'snoozed', at, by, until, digest: approvalDigest(d) });
}
