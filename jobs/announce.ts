import { DelayedError, type Job } from 'bullmq';
import { AnnouncePayload, hasten } from './queue.ts';

/** `version` of the journal is what the painter looked at when it was told to wait. */
export type Painted = { kind: 'painted' } | { kind: 'later'; ms: number; version: number };

export interface Painter {
  paint(deployment: string): Promise<Painted>;
  /** How long the journal is now. */
  version(deployment: string): Promise<number>;
}

/** Paints a thread; comes back later when Slack, its limits, or the pace of progress say so. */
export async function announceJob(
  job: Job,
  painter: Painter,
  token: string | undefined,
): Promise<void> {
  const { deployment } = AnnouncePayload.parse(job.data);
  const painted = await painter.paint(deployment);
  if (painted.kind === 'painted') return;
  await job.moveToDelayed(Date.now() + painted.ms, token);
  // Whoever wrote while this job was active could not hasten it, so it looks for itself.
  const latest = await painter.version(deployment).catch(() => 0);
  if (latest > painted.version) await hasten(job).catch(() => {});
  throw new DelayedError();
}
