// Does the stage that watches the release after the switch, round by round.
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
    const bad = verdict.unhealthy ? `, ${verdict.unhealthy.checks} not healthy` : '';
    return {
      summary: `${answered} checks${bad}`,
      warnings:
        unseen > 0
          ? [
              `${unseen} ${unseen === 1 ? 'check' : 'checks'} got no answer: argo-bot did not reach the host`,
            ]
          : [],
      facts: verdict,
    };
  },
};
