// Runs the job that paints a deployment's thread, and delays it when Slack is rate limited.
import { DelayedError, type Job } from 'bullmq';
import { AnnouncePayload, promote } from './queue.ts';

/** `version` is the journal's length that the painter saw before it was told to wait `ms`. */
export type Painted = { kind: 'painted' } | { kind: 'later'; ms: number; version: number };

export interface Painter {
  paint(deployment: string): Promise<Painted>;
  /** The current length of the journal. */
  version(deployment: string): Promise<number>;
}

/** Throws DelayedError if the thread must be painted later: Slack's rate limit, or the pace of progress. */
export async function announceJob(
  job: Job,
  painter: Painter,
  token: string | undefined,
): Promise<void> {
  const { deployment } = AnnouncePayload.parse(job.data);
  const painted = await painter.paint(deployment);
  if (painted.kind === 'painted') return;
  await job.moveToDelayed(Date.now() + painted.ms, token);
  // Events written while this job was active could not hasten it, so check for them here.
  const latest = await painter.version(deployment).catch(() => 0);
  if (latest > painted.version) await promote(job).catch(() => {});
  throw new DelayedError();
}
