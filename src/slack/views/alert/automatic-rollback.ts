// Says whether argo-bot rolls back by itself during a watch, so that people know whether they must act.
import { mayRollBack } from '../../../deploy/acts/roll-back.ts';
import type { Deployment } from '../../../deploy/record/deployment.ts';
import type { Target } from '../../../deploy/settings/settings.ts';
import {
  answeredRounds,
  type Round,
  roundsDone,
  roundsOf,
  streak,
} from '../../../deploy/watch/rounds.ts';
import { counted } from '../parts/text.ts';

export interface AutomaticRollback {
  /** `soon`: the last check failed; `unseen`: no answer; `futile`: it would not help; `late`: too few checks are left. */
  kind: 'soon' | 'degraded' | 'healthy' | 'unseen' | 'futile' | 'impossible' | 'late';
  sentence: string;
}

/** Returns what argo-bot will do by itself after the checks up to time `at`; undefined if that is not known. */
export function automaticRollback(
  d: Deployment,
  target: Target | undefined,
  at: number,
): AutomaticRollback | undefined {
  const upTo = d.checks.filter((check) => check.at <= at);
  const rounds = roundsOf(upTo);
  const last = rounds.at(-1);
  const limit = target?.place.watch.unavailable_for;
  if (!last || limit === undefined || d.due !== 'watch' || d.rollback) return undefined;
  const needed =
    last.state === 'unavailable' ? limit - streak(answeredRounds(rounds), isFailed) : limit;
  const left = Math.max(1, needed);
  const remaining = target
    ? target.place.watch.checks - roundsDone({ ...d, checks: upTo }, target.place.watch)
    : 0;
  const by = 'argo-bot rolls back automatically';
  const failing = limit === 1 ? '1 check fails' : `${limit} checks in a row fail`;
  const kind = !mayRollBack(d)
    ? 'impossible'
    : last.stuck !== undefined
      ? 'futile'
      : last.state !== 'unknown' && left > remaining
        ? 'late'
        : kinds[last.state];
  switch (kind) {
    case 'impossible':
      return { kind, sentence: 'argo-bot cannot roll back, because there is no previous release.' };
    case 'futile':
      return { kind, sentence: 'argo-bot does not roll back, because that would not help.' };
    case 'late':
      return { kind, sentence: `argo-bot does not roll back automatically: ${endOf(remaining)}.` };
    case 'healthy':
      return { kind, sentence: `${by} if ${failing}; the last check was healthy.` };
    case 'unseen':
      return { kind, sentence: 'argo-bot does not roll back while it gets no answers.' };
    case 'degraded':
      return { kind, sentence: `${by} only if ${failing}; the service still answers.` };
    case 'soon': {
      const more = counted(left, 'more failed check');
      return { kind, sentence: `${by} after ${more}${left > 1 ? ' in a row' : ''}.` };
    }
  }
}

function endOf(remaining: number): string {
  return remaining > 0
    ? `the watch ends after ${counted(remaining, 'more check')}`
    : 'the watch is ending';
}

const isFailed = ({ state, stuck }: Round): boolean =>
  state === 'unavailable' && stuck === undefined;

const kinds = {
  healthy: 'healthy',
  unknown: 'unseen',
  degraded: 'degraded',
  unavailable: 'soon',
} as const;
