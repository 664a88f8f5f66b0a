// Says whether argo-bot rolls back by itself during a watch, so that people know whether they must act.
import { mayRollBack } from '../../../deploy/acts/roll-back.ts';
import type { Deployment } from '../../../deploy/record/deployment.ts';
import type { Target } from '../../../deploy/settings/settings.ts';
import { answeredRounds, type Round, roundsOf, streak } from '../../../deploy/watch/rounds.ts';
import { counted } from '../parts/text.ts';

export interface AutomaticRollback {
  /** `soon`: the last check failed; `unseen`: it got no answer; `futile`: a rollback would not help. */
  kind: 'soon' | 'degraded' | 'healthy' | 'unseen' | 'futile' | 'impossible';
  sentence: string;
}

/** Returns what argo-bot will do by itself after the checks up to time `at`; undefined if that is not known. */
export function automaticRollback(
  d: Deployment,
  target: Target | undefined,
  at: number,
): AutomaticRollback | undefined {
  const rounds = roundsOf(d.checks.filter((check) => check.at <= at));
  const last = rounds.at(-1);
  const limit = target?.place.watch.unavailable_for;
  if (!last || limit === undefined || d.due !== 'watch' || d.rollback) return undefined;
  const by = 'argo-bot rolls back automatically';
  const failing = limit === 1 ? '1 check fails' : `${limit} checks in a row fail`;
  const kind = !mayRollBack(d)
    ? 'impossible'
    : last.stuck !== undefined
      ? 'futile'
      : kinds[last.state];
  switch (kind) {
    case 'impossible':
      return { kind, sentence: 'argo-bot cannot roll back, because there is no previous release.' };
    case 'futile':
      return { kind, sentence: 'argo-bot does not roll back, because that would not help.' };
    case 'healthy':
      return { kind, sentence: `${by} if ${failing}; the last check was healthy.` };
    case 'unseen':
      return { kind, sentence: 'argo-bot does not roll back while it gets no answers.' };
    case 'degraded':
      return { kind, sentence: `${by} only if ${failing}; the service still answers.` };
    case 'soon': {
      const left = Math.max(1, limit - streak(answeredRounds(rounds), isFailed));
      const more = counted(left, 'more failed check');
      return { kind, sentence: `${by} after ${more}${left > 1 ? ' in a row' : ''}.` };
    }
  }
}

const isFailed = ({ state, stuck }: Round): boolean =>
  state === 'unavailable' && stuck === undefined;

const kinds = {
  healthy: 'healthy',
  unknown: 'unseen',
  degraded: 'degraded',
  unavailable: 'soon',
} as const;
