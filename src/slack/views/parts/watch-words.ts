// Describes the result of a watch: its verdict, the live release, and how long users were affected.
import type { Deployment } from '../../../deploy/record/deployment.ts';
import type { Facts } from '../../../deploy/record/facts.ts';
import { describeRequest, isDryRun } from '../../../deploy/record/requests.ts';
import { usersAffected } from '../../../deploy/watch/users-affected.ts';
import { releaseToReturnTo } from '../../../deploy/acts/roll-back.ts';
import { usersOn } from '../../../deploy/record/users-on.ts';
import { type Named, nextStep } from './next-step.ts';
import { exceptWords, releaseName } from './releases.ts';
import { capped, code, counted, duration, quoted, quotedSentence, sentence, when } from './text.ts';
import { answersByHost, complaint, isServedByPrevious, isUnhealthy } from './watch-figures.ts';

/** Returns whether the deployed release is live, but was unhealthy in its watch or was not watched. */
export function isDoubtful({ facts, finished }: Deployment): boolean {
  const live = finished?.ending === 'succeeded';
  return live && (facts.unhealthy !== undefined || facts.unwatched === true);
}

/** Words of an alert that is open at the end of the watch; without such an alert, of the result. */
export const NO_ROLLBACK = 'argo-bot did not roll back, and will not do so automatically.';

/** Returns the watch's verdict, its reason and the next step; escaped. */
export function verdictSentence(d: Deployment, target: Named | undefined): string {
  const { unhealthy, unwatched, health } = d.facts;
  const ask = d.superseded
    ? 'A newer deployment has started since.'
    : nextStep('check it with `/argo health`.', target);
  if (!unhealthy) {
    const users = `Users are on ${ownRelease(d)}.`;
    if (unwatched)
      return `*live, but its health is unknown.* ${users} ${sentence(unseenWords(d))}. ${ask}`;
    return health?.status === 'degraded'
      ? `*live, but degraded, as before the switch.* ${users} ${ask}`
      : `live and healthy. ${users}`;
  }
  // The message has a Roll back button, so the text names the button and not `/argo rollback`.
  const then =
    releaseToReturnTo(d) === undefined
      ? 'Then deploy a fix or keep it.'
      : 'If users get errors or you are unsure, press Roll back.';
  const look = unhealthy.side === 'public' ? proxyStep(d) : `read ${logsCommand(d)}`;
  return [
    `*live, but unhealthy.* ${usersMeanwhile(d)} ${unhealthyWords(d, unhealthy)}`,
    ...(d.alerts.some(({ recoveredAt }) => recoveredAt === undefined) ? [] : [NO_ROLLBACK]),
    'Later rollbacks will not return to this release.',
    d.superseded ? 'A newer deployment has started since.' : nextStep(`${look}. ${then}`, target),
  ].join(' ');
}

/** Returns which release users get during and after the watch: the previous one while the new one is down. Escaped. */
export function usersMeanwhile(d: Deployment): string {
  const { rollbackTo } = d.facts;
  return rollbackTo && isServedByPrevious(d)
    ? `Meanwhile, nginx sends users to ${releaseName(rollbackTo.release, d.facts)}.`
    : `Users are on ${ownRelease(d)}.`;
}

/** Returns `/argo logs green`, as a code span. With the restart strategy, there is one log and no slot to name. */
export function logsCommand({ facts, request }: Deployment): string {
  const slot = facts.slot && request.strategy !== 'restart' ? ` ${facts.slot}` : '';
  return `\`/argo logs${slot}\``;
}

/** Returns the command that shows why users get errors although the release answers in its slot. */
export function proxyStep(d: Deployment): string {
  const host = badOutside(d)?.host ?? 'the host';
  // With the restart strategy, argo-bot does not manage the proxy and does not know which it is.
  return d.request.strategy === 'restart'
    ? `check the proxy on ${host}`
    : `\`sudo nginx -t\` on ${host}`;
}

/** Returns why the watch found the release unhealthy: `It answers, but restarted once on host-1 at 18:11.`; escaped. */
function unhealthyWords(d: Deployment, unhealthy: NonNullable<Facts['unhealthy']>): string {
  const { checks, of, at, side, restarts, detail } = unhealthy;
  const died = `restarted ${times(restarts)}${restartedOn(d)}`;
  if (restarts >= checks) return `It answers, but ${died} at ${when(at)}.`;
  const where = side === 'public' ? ' at the public address' : '';
  const verb = checks === 1 ? 'was' : 'were';
  const seen = `${checks} of ${counted(of, 'check')} ${verb} ${complaint(d.checks)}${where} since ${when(at)}.`;
  const why = detail === undefined ? [] : [quotedSentence(detail, 300)];
  const own = side === 'public' ? ['The service itself answers.'] : [];
  return [seen, ...why, ...own, ...(restarts > 0 ? [`It ${died}.`] : [])].join(' ');
}

/** Returns the cause of a doubtful verdict with its host, for one line; escaped. */
export function doubtWords(d: Deployment): string {
  const { unhealthy } = d.facts;
  if (!unhealthy) return unseenWords(d);
  const { checks, side, restarts, detail } = unhealthy;
  if (restarts >= checks) return `restarted ${times(restarts)}${restartedOn(d)}`;
  const outside = side === 'public' ? badOutside(d) : undefined;
  if (outside)
    return quoted(
      `on ${outside.host}, ${outside.public?.detail ?? 'the public address fails'}`,
      200,
    );
  return detail === undefined ? `${checks} unhealthy` : quoted(detail, 200);
}

function badOutside({ checks }: Deployment) {
  return checks.findLast(({ public: outside }) => outside && isUnhealthy(outside));
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}

function restartedOn({ checks }: Deployment): string {
  const hosts = new Set(checks.flatMap(({ restarts, host }) => (restarts ? [host] : [])));
  const names = [...hosts].map((host) => quoted(host, 60));
  return names.length > 0 ? ` on ${capped(names, 3, 200).join(', ')}` : '';
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

/** Failures after which argo-bot does not know what users get: the host is unreachable, or somebody moved traffic. */
const hidesUsers = new Set([
  'auth-refused',
  'host-down',
  'host-going-down',
  'host-key-mismatch',
  'link-lost',
  'traffic-elsewhere',
]);

/** Returns which release users are on after a failure; escaped. */
export function usersSentence(d: Deployment): string {
  const users = usersOn(d);
  // A failed rollback may leave a bad release live, so "Users are not affected" could be wrong.
  const kept = describeRequest(d.request).rollsBack && !users;
  if (isDryRun(d.request) || kept) return 'Nothing was changed.';
  if (!users && d.stages.some(({ failure }) => failure && hidesUsers.has(failure.code)))
    return 'argo-bot changed nothing, and cannot see whether users are well.';
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
      return `Users are on ${named(users.release)}${exceptWords(users.except)}.`;
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

/** Names the deployed release for a sentence by its commit: "Refresh signals (`993e684`)"; escaped for Slack. */
export function ownRelease({ facts }: Pick<Deployment, 'facts'>): string {
  const { commit, release } = facts;
  if (release !== undefined) return releaseName(release, facts);
  if (!commit) return 'The release';
  return `${quoted(commit.subject, 100)} (${code(commit.sha.slice(0, 7), 7)})`;
}

/** Returns `Users may have seen errors for about 10 s.`; undefined if it is not known. */
export function affectedSentence(d: Deployment): string | undefined {
  const affected = usersAffected(d);
  if (!affected) return undefined;
  const { ms, unhealthyMs } = affected;
  if (unhealthyMs !== undefined)
    return `Users may have seen errors for about ${roundedDuration(unhealthyMs)}.`;
  return neverArrived(d) ? undefined : `Users were on ${ownRelease(d)} for ${roundedDuration(ms)}.`;
}

/** Returns whether the public address still answered as the previous release: then no user got the new one. */
function neverArrived({ stages, facts: { rollbackTo } }: Deployment): boolean {
  return stages.some(
    ({ failure }) =>
      failure?.code === 'public-health' &&
      rollbackTo !== undefined &&
      failure.message.includes(` answers as release ${rollbackTo.release}, `),
  );
}

function roundedDuration(ms: number): string {
  return ms >= 59_500 ? duration(ms) : `${Math.max(1, Math.round(ms / 1_000))} s`;
}
