// Says whether argo-bot rolls back by itself during a watch, so that people know whether they must act.
import type { Deployment } from '../../../deploy/record/deployment.ts';
import type { Target } from '../../../deploy/settings/settings.ts';
import { answeredRounds, roundsOf, streak } from '../../../deploy/watch/rounds.ts';
import { counted } from '../parts/text.ts';
import { mayRollBack } from '../thread/failure.ts';

export interface AutomaticRollback {
  /** `soon`: the last check failed, and enough failed checks in a row start a rollback. */
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
  if (!mayRollBack(d))
    return {
      kind: 'impossible',
      sentence: 'argo-bot cannot roll back, because there is no previous release.',
    };
  if (last.stuck !== undefined)
    return {
      kind: 'futile',
      sentence: 'argo-bot does not roll back, because that would not help.',
    };
  switch (last.state) {
    case 'healthy':
      return {
        kind: 'healthy',
        sentence: `The last check was healthy. argo-bot rolls back automatically if ${failing(limit)}.`,
      };
    case 'unknown':
      return { kind: 'unseen', sentence: 'argo-bot does not roll back while it gets no answers.' };
    case 'degraded':
      return {
        kind: 'degraded',
        sentence: `The service still answers. argo-bot rolls back automatically only if ${failing(limit)}.`,
      };
    case 'unavailable': {
      const down = streak(
        answeredRounds(rounds),
        ({ state, stuck }) => state === 'unavailable' && stuck === undefined,
      );
      const left = Math.max(1, limit - down);
      return {
        kind: 'soon',
        sentence: `argo-bot rolls back automatically after ${counted(left, 'more failed check')}${left > 1 ? ' in a row' : ''}.`,
      };
    }
  }
}

const failing = (limit: number): string =>
  limit === 1 ? '1 check fails' : `${limit} checks in a row fail`;
