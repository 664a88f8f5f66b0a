// Decides what is said of a watched release: its verdict, and for how long users were affected.
import type { Deployment } from '../../../deploy/record/deployment.ts';
import { describeRequest } from '../../../deploy/record/requests.ts';
import { usersAffected } from '../../../deploy/watch/users-affected.ts';
import { releaseToReturnTo } from '../../../deploy/acts/roll-back.ts';
import { code, counted, duration, quoted, when } from './text.ts';

type Unhealthy = NonNullable<Deployment['facts']['unhealthy']>;

/** Whether the release is live, but unhealthy or unwatched. */
export function isDoubtful({ facts, request, finished }: Deployment): boolean {
  const live = finished?.ending === 'succeeded' && !describeRequest(request).rollsBack;
  return live && (facts.unhealthy !== undefined || facts.unwatched === true);
}

/** Escaped: the verdict, its reason and what to do. */
export function verdictSentence(d: Deployment): string {
  const { unhealthy, unwatched } = d.facts;
  if (!unhealthy) {
    return unwatched
      ? 'live, but the watch could not see it: look at it yourself.'
      : 'live, watched, and good.';
  }
  const then =
    releaseToReturnTo(d) === undefined ? 'deploy a fix or keep it' : 'roll back or keep it';
  const look = unhealthy.side === 'public' ? 'look at the proxy on the host' : '`/argo logs`';
  return [
    `*live, but unhealthy.* ${named(d)} ${unhealthyWords(unhealthy)}.`,
    'Not offered for rollback.',
    `Next: ${look}, then ${then}.`,
  ].join(' ');
}

/** `answered, but was restarted once at 18:11`; escaped. */
export function unhealthyWords(unhealthy: Unhealthy): string {
  const { checks, of, at, side, restarts, detail } = unhealthy;
  const times = restarts === 1 ? 'once' : `${restarts} times`;
  if (restarts >= checks) return `answered, but was restarted ${times} at ${when(at)}`;
  const seen = `${checks} of ${counted(of, 'check')}, from ${when(at)} on`;
  const why = detail === undefined ? '' : ` (${quoted(detail, 300)})`;
  const died = restarts > 0 ? `, and was restarted ${times}` : '';
  return side === 'public'
    ? `answered in its slot, but not at the public address in ${seen}${why}${died}`
    : `was not healthy in ${seen}${why}${died}`;
}

/** `993e684` Refresh signals; escaped. */
function named({ facts }: Deployment): string {
  const { commit, release } = facts;
  if (!commit) return release === undefined ? 'The release' : code(release, 80);
  return `${code(commit.sha.slice(0, 7), 7)} ${quoted(commit.subject, 100)}`;
}

/** `Users were on 993e684 for 21 s; it was unhealthy for about 10 s of them.` Undefined when it is not known. */
export function affectedSentence(d: Deployment): string | undefined {
  const affected = usersAffected(d);
  if (!affected) return undefined;
  const { ms, unhealthyMs } = affected;
  const { commit, release } = d.facts;
  const name = commit ? code(commit.sha.slice(0, 7), 7) : code(release ?? 'the release', 80);
  const had = `Users were on ${name} for ${roundedDuration(ms)}`;
  if (unhealthyMs === undefined) return `${had}.`;
  const whole = unhealthyMs > ms - 1_000;
  return `${had}; it was unhealthy ${whole ? 'all that time' : `for about ${roundedDuration(unhealthyMs)} of them`}.`;
}

function roundedDuration(ms: number): string {
  if (ms >= 60_000) return duration(ms);
  return ms < 9_500 ? `${(ms / 1_000).toFixed(1)} s` : `${Math.round(ms / 1_000)} s`;
}
