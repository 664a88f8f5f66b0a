// Describes the result of a watch: its verdict, the live release, and how long users were affected.
import type { Deployment } from '../../../deploy/record/deployment.ts';
import { describeRequest, isDryRun } from '../../../deploy/record/requests.ts';
import { usersAffected } from '../../../deploy/watch/users-affected.ts';
import { releaseToReturnTo } from '../../../deploy/acts/roll-back.ts';
import { usersOn } from '../../../deploy/record/users-on.ts';
import { code, counted, duration, quoted, releaseCommit, when } from './text.ts';

type Unhealthy = NonNullable<Deployment['facts']['unhealthy']>;

/** Returns whether the deployed release is live, but unhealthy or unwatched. */
export function isDoubtful({ facts, request, finished }: Deployment): boolean {
  const live = finished?.ending === 'succeeded' && !describeRequest(request).rollsBack;
  return live && (facts.unhealthy !== undefined || facts.unwatched === true);
}

/** Returns the watch's verdict, its reason and the next step; escaped. */
export function verdictSentence(d: Deployment): string {
  const { unhealthy, unwatched, health } = d.facts;
  if (!unhealthy) {
    if (unwatched)
      return 'live, but its health is unknown: the watch got too few answers. Next: `/argo health`.';
    return health?.status === 'degraded'
      ? 'live, but degraded, as it was when approved. Next: `/argo health`.'
      : 'live and healthy.';
  }
  const then =
    releaseToReturnTo(d) === undefined ? 'deploy a fix or keep it' : 'roll back or keep it';
  const look = unhealthy.side === 'public' ? 'check the proxy on the host' : '`/argo logs`';
  return [
    `*live, but unhealthy.* ${commitName(d)} ${unhealthyWords(unhealthy)}.`,
    'Later rollbacks will not return to this release.',
    `Next: ${look}, then ${then}.`,
  ].join(' ');
}

/** Returns why the watch found the release unhealthy: `answered, but restarted once at 18:11`; escaped. */
export function unhealthyWords(unhealthy: Unhealthy): string {
  const { checks, of, at, side, restarts, detail } = unhealthy;
  const times = restarts === 1 ? 'once' : `${restarts} times`;
  if (restarts >= checks) return `answered, but restarted ${times} at ${when(at)}`;
  const seen = `${checks} of ${counted(of, 'check')}, since ${when(at)}`;
  const why = detail === undefined ? '' : ` (${quoted(detail, 300)})`;
  const died = restarts > 0 ? `, and restarted ${times}` : '';
  return side === 'public'
    ? `answered in its slot, but not at the public address in ${seen}${why}${died}`
    : `was unhealthy in ${seen}${why}${died}`;
}

/** Failures after which argo-bot does not know whether users are well: it cannot see them, or somebody moved them. */
const hidesUsers = new Set(['host-down', 'host-going-down', 'link-lost', 'traffic-elsewhere']);

/** Returns which release users are on after a failure; escaped. */
export function usersSentence(d: Deployment): string {
  const users = usersOn(d);
  // After a rollback that changed nothing, the bad release may still be live: do not say "not affected".
  const kept = describeRequest(d.request).rollsBack && !users;
  if (isDryRun(d.request) || kept) return 'Nothing was changed.';
  if (!users && d.stages.some(({ failure }) => failure && hidesUsers.has(failure.code)))
    return 'argo-bot changed nothing for users.';
  switch (users?.kind) {
    case undefined: {
      const live = new Set(Object.values(d.facts.hosts ?? {}).map((host) => host.liveRelease));
      const [only] = live;
      return live.size === 1 && only !== undefined
        ? `Users are still on ${releaseCode(only)}.`
        : 'Users are not affected.';
    }
    case 'release':
      return `Users are on ${releaseCode(users.release)}.`;
    case 'before':
      return 'Users are on the service from before argo-bot.';
    case 'moving':
      return 'Users are being moved.';
    case 'unknown':
      return users.among.length > 0
        ? `Users may be on ${users.among.map(releaseCode).join(' or ')}.`
        : 'It is unknown which release users are on.';
  }
}

/** Returns the release's short name as a code span: its commit, such as `993e684`; escaped. */
export function releaseCode(release: string): string {
  return code(releaseCommit(release) ?? release, 80);
}

/** Returns the release's commit, such as `993e684` Refresh signals; escaped. */
function commitName({ facts }: Deployment): string {
  const { commit, release } = facts;
  if (!commit) return release === undefined ? 'The release' : code(release, 80);
  return `${code(commit.sha.slice(0, 7), 7)} ${quoted(commit.subject, 100)}`;
}

/** Returns `Users were affected for about 10 s, of 21 s on 993e684.`; undefined if it is not known. */
export function affectedSentence(d: Deployment): string | undefined {
  const affected = usersAffected(d);
  if (!affected) return undefined;
  const { ms, unhealthyMs } = affected;
  const release = releaseCode(d.facts.release ?? 'the release');
  if (unhealthyMs === undefined)
    return neverArrived(d) ? undefined : `Traffic was on ${release} for ${roundedDuration(ms)}.`;
  const had = `${roundedDuration(ms)} on ${release}`;
  const whole = unhealthyMs > ms - 1_000;
  return `Users were affected for about ${whole ? had : `${roundedDuration(unhealthyMs)}, of ${had}`}.`;
}

/** Returns whether the public address still answered as the previous release, so that no user had the new one. */
function neverArrived({ stages, facts: { rollbackTo } }: Deployment): boolean {
  return stages.some(
    ({ failure }) =>
      failure?.code === 'public-health' &&
      rollbackTo !== undefined &&
      failure.message.includes(` answers as release ${rollbackTo.release}, `),
  );
}

function roundedDuration(ms: number): string {
  if (ms >= 60_000) return duration(ms);
  return ms < 9_500 ? `${(ms / 1_000).toFixed(1)} s` : `${Math.round(ms / 1_000)} s`;
}
