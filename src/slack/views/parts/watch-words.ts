// Describes the result of a watch: its verdict, the live release, and how long users were affected.
import type { Deployment } from '../../../deploy/record/deployment.ts';
import { describeRequest, isDryRun } from '../../../deploy/record/requests.ts';
import { usersAffected } from '../../../deploy/watch/users-affected.ts';
import { releaseToReturnTo } from '../../../deploy/acts/roll-back.ts';
import { usersOn } from '../../../deploy/record/users-on.ts';
import { type Named, nextStep } from './next-step.ts';
import { releaseName } from './releases.ts';
import { capped, code, counted, duration, quoted, when } from './text.ts';
import { answersByHost, isUnhealthy } from './watch-figures.ts';

/** Returns whether the deployed release is live, but unhealthy or unwatched. */
export function isDoubtful({ facts, request, finished }: Deployment): boolean {
  const live = finished?.ending === 'succeeded' && !describeRequest(request).rollsBack;
  return live && (facts.unhealthy !== undefined || facts.unwatched === true);
}

/** Returns the watch's verdict, its reason and the next step; escaped. */
export function verdictSentence(d: Deployment, target: Named | undefined): string {
  const { unhealthy, unwatched, health } = d.facts;
  const ask = nextStep('`/argo health`.', target);
  if (!unhealthy) {
    if (unwatched) return `live, but its health is unknown: ${unseenWords(d)}. ${ask}`;
    return health?.status === 'degraded'
      ? `live, but degraded, as approved. ${ask}`
      : 'live and healthy.';
  }
  const then =
    releaseToReturnTo(d) === undefined ? 'deploy a fix or keep it' : 'roll back or keep it';
  const look = unhealthy.side === 'public' ? proxyStep(d) : '`/argo logs`';
  return [
    `*live, but unhealthy.* ${ownRelease(d)} ${unhealthyWords(d)}.`,
    'Later rollbacks will not return to this release.',
    nextStep(`${look}, then ${then}.`, target),
  ].join(' ');
}

/** Returns the command that shows why users get errors although the release answers in its slot. */
export function proxyStep(d: Deployment): string {
  const host = badOutside(d)?.host ?? 'the host';
  // A service with one unit has a proxy that argo-bot does not manage.
  return d.request.strategy === 'restart'
    ? `check the proxy on ${host}`
    : `\`sudo nginx -t\` on ${host}`;
}

/** Returns why the watch found the release unhealthy: `answered, but restarted once on host-1 at 18:11`; escaped. */
function unhealthyWords(d: Deployment): string {
  const { unhealthy } = d.facts;
  if (!unhealthy) return 'was healthy';
  const { checks, of, at, side, restarts, detail } = unhealthy;
  const died = `restarted ${times(restarts)}${restartedOn(d)}`;
  if (restarts >= checks) return `answered, but ${died} at ${when(at)}`;
  const seen = `${checks} of ${counted(of, 'check')}, since ${when(at)}`;
  const why = detail === undefined ? '' : ` (${quoted(detail, 300)})`;
  const also = restarts > 0 ? `, and ${died}` : '';
  return side === 'public'
    ? `answered in its slot, but not at the public address in ${seen}${why}${also}`
    : `was unhealthy in ${seen}${why}${also}`;
}

/** Returns the cause of a doubtful verdict with its host, for one line; escaped. */
export function doubtWords(d: Deployment): string {
  const { unhealthy } = d.facts;
  if (!unhealthy) return unseenWords(d);
  const { checks, side, restarts, detail } = unhealthy;
  if (restarts >= checks) return `restarted ${times(restarts)}${restartedOn(d)}`;
  const outside = side === 'public' ? badOutside(d) : undefined;
  if (outside)
    return `${quoted(`${outside.host}: ${outside.public?.detail ?? 'no good answer'}`, 200)} at the public address`;
  return detail === undefined ? `${checks} unhealthy` : quoted(detail, 200);
}

function badOutside({ checks }: Deployment) {
  return checks.findLast(({ public: outside }) => outside && isUnhealthy(outside));
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}

function restartedOn({ checks }: Deployment): string {
  const hosts = new Set(checks.flatMap((check) => (check.restarts ? [check.host] : [])));
  return hosts.size > 0 ? ` on ${names([...hosts])}` : '';
}

/** Returns `host-1 answered 1 of 3 checks`; escaped. */
function unseenWords({ checks }: Deployment): string {
  const few = answersByHost(checks).filter(({ answered, asked }) => answered < asked);
  const lines = few.map(
    ({ host, answered, asked }) =>
      `${quoted(host, 60)} answered ${answered} of ${counted(asked, 'check')}`,
  );
  return lines.length > 0 ? capped(lines, 3, 300).join(', ') : 'the watch got too few answers';
}

function names(hosts: readonly string[]): string {
  return capped(
    hosts.map((host) => quoted(host, 60)),
    3,
    200,
  ).join(', ');
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
  const named = (release: string): string => releaseName(release, d.facts);
  switch (users?.kind) {
    case undefined: {
      const live = new Set(Object.values(d.facts.hosts ?? {}).map((host) => host.liveRelease));
      const [only] = live;
      return live.size === 1 && only !== undefined
        ? `Users are still on ${named(only)}.`
        : 'Users are not affected.';
    }
    case 'release':
      return `Users are on ${named(users.release)}.`;
    case 'before':
      return 'Users are on the service from before argo-bot.';
    case 'moving':
      return 'Users are being moved.';
    case 'unknown':
      return users.among.length > 0
        ? `Users may be on ${users.among.map(named).join(' or ')}.`
        : 'It is unknown which release users are on.';
  }
}

/** Returns the deployed release, such as Refresh signals (`993e684`); escaped. */
export function ownRelease({ facts }: Pick<Deployment, 'facts'>): string {
  const { commit, release } = facts;
  if (release !== undefined) return releaseName(release, facts);
  if (!commit) return 'The release';
  return `${quoted(commit.subject, 100)} (${code(commit.sha.slice(0, 7), 7)})`;
}

/** Returns `Users were affected for about 10 s, of 21 s on 993e684.`; undefined if it is not known. */
export function affectedSentence(d: Deployment): string | undefined {
  const affected = usersAffected(d);
  if (!affected) return undefined;
  const { ms, unhealthyMs } = affected;
  const { release: own } = d.facts;
  const release = own === undefined ? 'the release' : releaseName(own, d.facts);
  if (unhealthyMs === undefined)
    return neverArrived(d) ? undefined : `Traffic was on ${release} for ${duration(ms)}.`;
  const had = `${duration(ms)} on ${release}`;
  const whole = unhealthyMs > ms - 1_000;
  return `Users were affected for about ${whole ? had : `${duration(unhealthyMs)}, of ${had}`}.`;
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
