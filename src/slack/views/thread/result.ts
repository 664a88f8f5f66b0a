// Decides what the last message of a thread says: how the deployment ended, with figures and times.
import type { KnownBlock } from '@slack/types';
import { type Deployment, wasDequeued } from '../../../deploy/record/deployment.ts';
import type { Ending } from '../../../deploy/record/events.ts';
import { describeRequest, isDryRun } from '../../../deploy/record/requests.ts';
import { actions, context, section } from '../parts/blocks.ts';
import { changeBlocks } from '../approval/changes.ts';
import { downtimeLines, isRestart } from '../approval/downtime.ts';
import { rollbackButtons } from './failure.ts';
import type { PaintedView, ViewContext } from '../parts/painted-view.ts';
import { deploymentName, elapsed, failedStage, iconOf } from '../parts/state.ts';
import { code, counted, duration, number, person, quoted, when } from '../parts/text.ts';
import { affectedSentence, verdictSentence } from '../parts/watch-words.ts';
import { figures } from '../parts/watch-figures.ts';

export function result(d: Deployment, { target }: ViewContext): PaintedView[] {
  if (!d.finished) return [];
  const { ending, at } = d.finished;
  const head = `${iconOf(d)} *${quoted(deploymentName(d), 150)}* in ${quoted(d.request.environment, 60)}: ${sentence(d, ending)}`;
  const lines = figureLines(d);
  const back = rollbackButtons(d);
  const blocks: KnownBlock[] = [
    section(head),
    ...(lines.length > 0 ? [section(lines.join('\n'))] : []),
    ...(ending === 'dry-run' ? changeBlocks(d, target) : []),
    ...(ending === 'succeeded' && back.length > 0 ? [actions(...back)] : []),
    context(`Asked ${when(d.createdAt)} · ended ${when(at)} · ${duration(elapsed(d))} in all`),
  ];
  return [{ key: 'result', where: 'thread', text: head, blocks }];
}

function sentence(d: Deployment, ending: Ending): string {
  const unchanged = 'Nothing live was changed.';
  switch (ending) {
    case 'succeeded':
      if (describeRequest(d.request).rollsBack) return 'the rollback is through.';
      return `${verdictSentence(d)}${failedStage(d) ? ' The tidying up failed.' : ''}`;
    case 'failed': {
      const stage = failedStage(d);
      return `${isDryRun(d.request) ? 'the dry run ' : ''}failed${stage ? ` at the ${quoted(stage.noun, 80)}` : ''}. ${isDryRun(d.request) ? 'Nothing was changed.' : unchanged}`;
    }
    case 'cancelled':
      return `cancelled${d.cancelledBy ? ` by ${person(d.cancelledBy)}` : ''}. ${unchanged}`;
    case 'rejected':
      return `rejected. ${unchanged}`;
    case 'expired':
      if (!wasDequeued(d))
        return `its turn never came. ${unchanged} Ask again with \`/argo deploy\`.`;
      return `nobody decided in time. ${unchanged} Ask again with \`/argo deploy\`.`;
    case 'voided':
      return `the approval no longer holds: the checklist says why. ${unchanged} Ask again with \`/argo deploy\`.`;
    case 'rolled-back':
      return [
        'rolled back.',
        affectedSentence(d),
        'The environment is locked until someone has looked: `/argo unlock`.',
      ]
        .filter(Boolean)
        .join(' ');
    case 'rollback-failed':
      return 'the rollback failed. *Look at the hosts now*; what users see is not known.';
    case 'dry-run':
      return 'dry run done. Nothing was changed; this is what a deployment would change:';
  }
}

function figureLines(d: Deployment): string[] {
  const { facts, gate } = d;
  const lines: string[] = [];
  if (facts.release) lines.push(`Release ${code(facts.release, 80)}${inSlot(d)}`);
  if (facts.fileCount !== undefined) lines.push(filesLine(d, facts.fileCount));
  const decision = gate?.decision;
  if (gate && decision?.kind === 'approved') {
    lines.push(`Approved by ${person(decision.by)} after ${duration(decision.at - gate.openedAt)}`);
  }
  if (facts.switchedAt !== undefined)
    lines.push(
      `${isRestart(d) ? 'Restarted' : 'Traffic switched'} ${when(facts.switchedAt, '{time_secs}')}`,
    );
  lines.push(...downtimeLines(d));
  const watched = figures(d.checks);
  if (watched) {
    const unseen = watched.unseen > 0 ? `, ${number(watched.unseen)} could not be made` : '';
    const outside =
      watched.badInPublic > 0 ? ` (the public address in ${number(watched.badInPublic)})` : '';
    const bad = watched.bad > 0 ? `, *${number(watched.bad)} not healthy*${outside}` : '';
    lines.push(
      `${counted(watched.rounds, 'check')}${bad}${unseen}; answers in ${number(watched.median)} ms (median), ${number(watched.p95)} ms (95th percentile)`,
    );
  }
  return lines;
}

function inSlot(d: Deployment): string {
  return d.facts.slot ? ` in ${d.facts.slot}` : '';
}

function filesLine(d: Deployment, count: number): string {
  const { diff } = d.facts;
  const changes = diff
    ? ` (${diff.added.length} added, ${diff.changed.length} changed, ${diff.deleted.length} deleted)`
    : '';
  return `${counted(count, 'file')}${changes}`;
}
