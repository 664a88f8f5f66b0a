// Decides from the journal alone which release users have after a deployment.
import { NOTHING_TO_RETURN_TO } from './errors.ts';
import { z } from 'zod';
import { type Deployment, movingStages, type StageState } from './deployment.ts';

export const Users = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('release'),
    release: z.string(),
    /** When users got this release, Unix milliseconds. */
    since: z.number(),
    /** When `/argo restart` last restarted this release, Unix milliseconds. */
    restartedAt: z.number().optional(),
    /** Hosts that the rollback to this release could not reach. */
    except: z.array(z.string()).optional(),
    unhealthy: z.boolean().optional(),
    /** True if the rollback to or from this release failed in a stage that does not move users. */
    rollbackFailed: z.boolean().optional(),
  }),
  /** The first switch was undone: users have the service that ran before argo-bot. */
  z.object({ kind: z.literal('before'), since: z.number() }),
  /** A switch is running. `to` is undefined if it returns to the service that ran before argo-bot. */
  z.object({ kind: z.literal('moving'), since: z.number(), to: z.string().optional() }),
  /** A switch failed, so users are on one of the releases in `among`. */
  z.object({ kind: z.literal('unknown'), since: z.number(), among: z.array(z.string()) }),
]);
export type Users = z.infer<typeof Users>;

/** Returns where users are after the deployment; undefined if it moved nobody. */
export function usersOn(d: Deployment): Users | undefined {
  const [back] = movingStages(d, 'back');
  if (back && back.status !== 'pending') return usersAfterReturn(d, back);
  const [forth] = movingStages(d, 'forth');
  if (!forth || forth.status === 'pending') return undefined;
  if (forth.status === 'done') return usersOnNewRelease(d, forth);
  if (forth.status === 'failed' && d.finished) return usersUnknown(d, forth);
  const to = forth.status === 'failed' ? d.facts.rollbackTo?.release : d.facts.release;
  if (to !== undefined && isReturned(forth))
    return { kind: 'release', release: to, since: sinceOf(d, forth) };
  return { kind: 'moving', since: sinceOf(d, forth), to };
}

/** Returns whether a restart that failed has put every host back on the previous release already. */
function isReturned({ status, failure }: StageState): boolean {
  const said = status === 'failed' ? (failure?.message ?? '') : '';
  return /: the previous release is live again\b/.test(said) && !/: the rollback to /.test(said);
}

function usersAfterReturn(d: Deployment, back: StageState): Users {
  const { rollbackTo, leftBehind = {} } = d.facts;
  if (back.status === 'failed') return usersAfterFailedReturn(d, back);
  const since = (back.status === 'done' ? returnedAt(d) : undefined) ?? sinceOf(d, back);
  if (back.status !== 'done') return { kind: 'moving', since, to: rollbackTo?.release };
  if (!rollbackTo) return { kind: 'before', since };
  const except = Object.keys(leftBehind);
  return {
    kind: 'release',
    release: rollbackTo.release,
    since,
    ...(except.length > 0 ? { except } : {}),
    ...failedRollback(d),
  };
}

/** After a failed return, users may be on either release. A single host without a rollback target kept the new one. */
function usersAfterFailedReturn(d: Deployment, back: StageState): Users {
  const forth = movingStages(d, 'forth').find(({ status }) => status === 'done');
  const one = Object.keys(d.facts.hosts ?? {}).length === 1;
  return forth && one && back.failure?.code === NOTHING_TO_RETURN_TO
    ? usersOnNewRelease(d, forth)
    : usersUnknown(d, back);
}

function usersOnNewRelease(d: Deployment, forth: StageState): Users {
  const since = d.facts.switchedAt ?? sinceOf(d, forth);
  const release = d.facts.release ?? 'a release';
  const unhealthy = d.facts.unhealthy ? { unhealthy: true } : {};
  return { kind: 'release', release, since, ...unhealthy, ...failedRollback(d) };
}

function usersUnknown(d: Deployment, stage: StageState): Users {
  const { release, rollbackTo } = d.facts;
  const among = [release, rollbackTo?.release].filter((name) => name !== undefined);
  return { kind: 'unknown', since: sinceOf(d, stage), among: [...new Set(among)] };
}

function failedRollback({ finished }: Deployment): { rollbackFailed?: true } {
  return finished?.ending === 'rollback-failed' ? { rollbackFailed: true } : {};
}

function sinceOf(d: Deployment, { endedAt, startedAt }: StageState): number {
  return endedAt ?? startedAt ?? d.updatedAt;
}

/** Returns when the guard rolled back the only host, before the bot noticed; undefined with several hosts. */
function returnedAt({ checks, facts }: Deployment): number | undefined {
  if (Object.keys(facts.hosts ?? {}).length !== 1) return undefined;
  const at = Date.parse(checks.findLast(({ returned }) => returned)?.returned ?? '');
  return Number.isNaN(at) ? undefined : at;
}
