import { DelayedError, type Job } from 'bullmq';
import { AnnouncePayload } from './queue.ts';

export type Painted = { kind: 'painted' } | { kind: 'later'; ms: number };

/** Paints a thread; comes back later when Slack, or its limits, say so. */
export async function announceJob(
  job: Job,
  paint: (deployment: string) => Promise<Painted>,
  token: string | undefined,
): Promise<void> {
  const { deployment } = AnnouncePayload.parse(job.data);
  const painted = await paint(deployment);
  if (painted.kind === 'painted') return;
  await job.moveToDelayed(Date.now() + painted.ms, token);
  throw new DelayedError();
}
