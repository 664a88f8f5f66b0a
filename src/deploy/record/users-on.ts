// Decides where a deployment has put its users, by its journal alone.
import { NOTHING_TO_RETURN_TO } from './errors.ts';
import { z } from 'zod';
import { type Deployment, movingStages, type StageState } from './deployment.ts';

export const Users = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('release'),
    release: z.string(),
    /** When users got it, Unix milliseconds. */
    since: z.number(),
    /** Last restart of the same release. */
    restartedAt: z.number().optional(),
    /** Hosts that a rollback could not reach. */
    except: z.array(z.string()).optional(),
    unhealthy: z.boolean().optional(),
    /** The rollback to this release, or from it, failed in another stage. */
    rollbackFailed: z.boolean().optional(),
  }),
  /** The first switch was undone: users have the service of before argo-bot. */
  z.object({ kind: z.literal('before'), since: z.number() }),
  /** During a switch; `to` is undefined on the way to the service of before argo-bot. */
  z.object({ kind: z.literal('moving'), since: z.number(), to: z.string().optional() }),
  /** A switch failed, so users are on one of these. */
  z.object({ kind: z.literal('unknown'), since: z.number(), among: z.array(z.string()) }),
]);
export type Users = z.infer<typeof Users>;

/** undefined: it moved nobody, so users are where they were before. */
export function usersOn(d: Deployment): Users | undefined {
  const [back] = movingStages(d, 'back');
  if (back && back.status !== 'pending') return afterSwitchBack(d, back);
  const [forth] = movingStages(d, 'forth');
  if (!forth || forth.status === 'pending') return undefined;
  if (forth.status === 'done') return onNew(d, forth);
  if (forth.status === 'failed' && d.finished) return unknown(d, forth);
  const to = forth.status === 'failed' ? d.facts.rollbackTo?.release : d.facts.release;
  return { kind: 'moving', since: sinceOf(d, forth), ...(to === undefined ? {} : { to }) };
}

function afterSwitchBack(d: Deployment, back: StageState): Users {
  const { rollbackTo, leftBehind = {} } = d.facts;
  if (back.status === 'failed') return backFailed(d, back);
  const since = (back.status === 'done' ? returnedAt(d) : undefined) ?? sinceOf(d, back);
  if (back.status !== 'done')
    return { kind: 'moving', since, ...(rollbackTo ? { to: rollbackTo.release } : {}) };
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

/** On a single host without a rollback target, users are still on the new release. */
function backFailed(d: Deployment, back: StageState): Users {
  const forth = movingStages(d, 'forth').find(({ status }) => status === 'done');
  const one = Object.keys(d.facts.hosts ?? {}).length === 1;
  return forth && one && back.failure?.code === NOTHING_TO_RETURN_TO
    ? onNew(d, forth)
    : unknown(d, back);
}

function onNew(d: Deployment, forth: StageState): Users {
  const since = d.facts.switchedAt ?? sinceOf(d, forth);
  const release = d.facts.release ?? 'a release';
  const unhealthy = d.facts.unhealthy ? { unhealthy: true } : {};
  return { kind: 'release', release, since, ...unhealthy, ...failedRollback(d) };
}

function unknown(d: Deployment, stage: StageState): Users {
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

/** Time of a rollback by the guard of a single host, before the bot noticed it. */
function returnedAt({ checks, facts }: Deployment): number | undefined {
  if (Object.keys(facts.hosts ?? {}).length !== 1) return undefined;
  const at = Date.parse(checks.findLast(({ returned }) => returned)?.returned ?? '');
  return Number.isNaN(at) ? undefined : at;
}
