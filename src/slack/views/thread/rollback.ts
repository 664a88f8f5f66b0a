// Decides what the thread says of a rollback: why, by whom, the release's last log lines, and its end.
import type { KnownBlock } from '@slack/types';
import type { Deployment } from '../../../deploy/record/deployment.ts';
import { nounAtStart } from '../../../deploy/record/stages.ts';
import { actions, context, preformatted, section } from '../parts/blocks.ts';
import { blamed, logButton } from './failure.ts';
import type { PaintedView } from '../parts/painted-view.ts';
import { activityOf } from '../parts/state.ts';
import { code, counted, duration, person, plain, quoted, when } from '../parts/text.ts';
import { affectedSentence } from '../parts/watch-words.ts';

export function rollback(d: Deployment): PaintedView[] {
  if (!d.rollback) return [];
  const { reason, by, at } = d.rollback;
  const who = by ? `by ${person(by)}` : 'by argo-bot itself';
  const head = `${opening(d)} ${who}: ${quoted(reason, 800)}`;
  return [
    {
      key: 'rollback',
      where: 'thread',
      broadcast: true,
      news: activityOf(d),
      text: head,
      blocks: [
        section(head),
        ...evidence(d),
        context(`Decided ${when(at, '{time_secs}')}`, ...result(d)),
      ],
    },
  ];
}

/** The release's last log lines and the commit to blame. */
function evidence(d: Deployment): KnownBlock[] {
  const { causes = {}, blame } = d.facts;
  const logged = d.stages.filter(({ phase, log }) => phase === 'rollback' && log !== undefined);
  return [
    ...Object.entries(causes)
      .slice(0, 3)
      .flatMap(([host, lines]) => [
        section(`Last lines of its log on ${code(host, 60)}:`),
        preformatted(plain(lines, 900) || 'nothing written'),
      ]),
    ...blamed(blame),
    ...(logged.length > 0 ? [actions(...logged.map((stage) => logButton(d, stage)))] : []),
  ];
}

function opening(d: Deployment): string {
  const to = d.facts.rollbackTo ? ` to ${quoted(d.facts.rollbackTo.release, 80)}` : '';
  const now = activityOf(d);
  if (now === 'rolled-back') return `↩️ Rolled back${to}`;
  if (now === 'rollback-failed') return `🚨 The rollback${to} failed, it was begun`;
  return `🟠 Rolling back${to}`;
}

function result(d: Deployment): string[] {
  const stages = d.stages.filter(({ phase }) => phase === 'rollback');
  const done = stages.filter(({ status }) => status === 'done' || status === 'skipped');
  const failed = stages.find(({ status }) => status === 'failed');
  if (failed) {
    return [
      `${quoted(nounAtStart(failed), 80)} failed: ${quoted(failed.failure?.message ?? 'no reason given', 300)}`,
    ];
  }
  if (activityOf(d) !== 'rolled-back')
    return [`${done.length} of ${counted(stages.length, 'step')} done`];
  const took = (d.finished?.at ?? d.updatedAt) - (d.rollback?.at ?? d.updatedAt);
  const affected = affectedSentence(d);
  return [
    `Done in ${duration(took)}`,
    ...(affected === undefined ? [] : [affected]),
    'Locked until someone has looked: `/argo unlock`',
  ];
}
