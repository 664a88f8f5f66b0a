// Implements the stage that watches the release after the switch, round by round.
import type { Facts } from '../record/facts.ts';
import type { Stage } from '../step/stage.ts';
import { waitForNextRound, runRound } from '../watch/judge-round.ts';
import { roundsDone, roundsOf, answeredRounds } from '../watch/rounds.ts';
import { verdictOfWatch } from '../watch/verdict.ts';

export const watch: Stage = {
  async run(context) {
    const { watch: settings } = context.target.place;
    let { deployment } = context;
    while (roundsDone(deployment, settings) < settings.checks) {
      await waitForNextRound(context, deployment);
      deployment = await runRound(context, deployment);
    }
    const rounds = roundsOf(deployment.checks);
    const answered = answeredRounds(rounds).length;
    const unseen = rounds.length - answered;
    const verdict = verdictOfWatch(deployment, settings);
    return {
      summary: [counted(answered, 'check'), ...troubles(verdict.unhealthy)].join(', '),
      warnings:
        unseen > 0
          ? [`${counted(unseen, 'check')} got no answer: argo-bot did not reach the host`]
          : [],
      facts: verdict,
    };
  },
};

function troubles(unhealthy: Facts['unhealthy']): string[] {
  if (!unhealthy) return [];
  const { checks, restarts } = unhealthy;
  return [`${checks} unhealthy`, ...(restarts > 0 ? [counted(restarts, 'restart')] : [])];
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
