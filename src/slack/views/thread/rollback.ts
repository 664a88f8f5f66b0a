// Builds the rollback message of a thread: reason, actor, users' release, log lines and next step.
import type { Button, KnownBlock } from '@slack/types';
import {
  type Deployment,
  movingStages,
  type StageState,
} from '../../../deploy/record/deployment.ts';
import { usersOn } from '../../../deploy/record/users-on.ts';
import type { Target } from '../../../deploy/settings/settings.ts';
import { ids } from '../../contract/values.ts';
import { failureTitle } from '../parts/failure-titles.ts';
import { actions, button, context, preformatted, section } from '../parts/blocks.ts';
import { blamed, logButton, nextAfter, rollbackButtons } from './failure.ts';
import type { PaintedView } from '../parts/painted-view.ts';
import { activityOf, environmentOf } from '../parts/state.ts';
import {
  capped,
  counted,
  logLines,
  person,
  phrase,
  plain,
  plainLine,
  quoted,
  quotedSentence,
} from '../parts/text.ts';
import { nextStep, withFlags } from '../parts/next-step.ts';
import { rollbackTarget } from '../parts/releases.ts';
import { isServedByPrevious } from '../parts/watch-figures.ts';
import {
  affectedSentence,
  logsCommand,
  usersMeanwhile,
  usersSentence,
} from '../parts/watch-words.ts';

export function rollback(d: Deployment, target?: Target): PaintedView[] {
  if (!d.rollback) return [];
  const steps = d.stages.filter(({ phase }) => phase === 'rollback');
  const failed = steps.find(({ status }) => status === 'failed');
  const done = steps.filter(({ status }) => status === 'done' || status === 'skipped');
  const over = activityOf(d) === 'rolled-back';
  const running = `${runningTitle(d)} You need not act. ${usersDuring(d)}\n${reasonSentence(d)}`;
  const ended = failed !== undefined || d.finished !== undefined;
  const head = ended ? (over ? doneHead(d, target) : failedHead(d, failed)) : running;
  const buttons = buttonsOf(d, over);
  const blocks = [
    section(head),
    ...(ended ? [section(nextAfterRollback(d, target))] : []),
    ...(buttons.length > 0 ? [actions(...buttons)] : []),
    ...evidence(d),
    ...(ended ? [] : [context(`${done.length} of ${counted(steps.length, 'step')} done`)]),
  ];
  return [
    { key: 'rollback', where: 'thread', broadcast: true, news: activityOf(d), text: head, blocks },
  ];
}

function reasonSentence({ rollback: decided }: Deployment): string {
  const reason = quotedSentence(decided?.reason ?? '', 800);
  return decided?.by ? `Reason: ${reason}` : reason;
}

export function runningTitle(d: Deployment): string {
  const who = d.rollback?.by ? person(d.rollback.by) : 'argo-bot';
  return `🟠 *${who} is rolling back ${environmentOf(d.request)}${rollbackTarget(d)}.*`;
}

/** Before traffic moves back, nginx may send users to the previous release already, because the new one is down. */
function usersDuring(d: Deployment): string {
  const started = movingStages(d, 'back').some(({ status }) => status !== 'pending');
  return !started && isServedByPrevious(d)
    ? usersMeanwhile(d)
    : `${usersSentence(d)}${errorsMeanwhile(d)}`;
}

/** Warns of errors until traffic has moved back to the previous release; empty after that. */
export function errorsMeanwhile(d: Deployment): string {
  const users = usersOn(d);
  const moved =
    movingStages(d, 'back').some(({ status }) => status === 'done') ||
    (users?.kind === 'release' && users.release === d.facts.rollbackTo?.release);
  return d.finished || moved ? '' : ' They may get errors until the rollback ends.';
}

function doneHead(d: Deployment, target: Target | undefined): string {
  const affected = affectedSentence(d);
  return [
    `↩️ *Rolled back ${environmentOf(d.request)} ${actor(d)}.* ${usersAfter(d)}`,
    affected === undefined ? reasonSentence(d) : `${reasonSentence(d)} ${affected}`,
    withFlags('Deployments are locked until `/argo unlock`.', target),
  ].join('\n');
}

export function actor({ rollback: decided }: Deployment): string {
  return decided?.by ? `by ${person(decided.by)}` : 'automatically';
}

/** Returns which release users have after the rollback, and that it passed its health check; escaped. */
function usersAfter(d: Deployment): string {
  const checked = d.stages.some(({ name, status }) => name === 'confirm-back' && status === 'done');
  const users = usersSentence(d);
  return checked
    ? `${users.replace(/\.$/, ', which passed its health check.')}${d.rollback?.by ? '' : ' You need not act now.'}`
    : users;
}

function failedHead(d: Deployment, stage: StageState | undefined): string {
  const { host, message = stage?.summary ?? 'no reason given' } = stage?.failure ?? {};
  const left = leftBehind(d);
  const where = host ? ` on ${quoted(host, 60)}` : left ? ` on ${quoted(left.hosts, 230)}` : '';
  const why = stage && `${quoted(failureTitle(stage), 80)}: ${phrase(message, 800)}.`;
  return [
    `🚨 *Rollback of ${environmentOf(d.request)} failed${where}, and argo-bot does not try again.*`,
    usersSentence(d),
    why ?? left?.reason ?? 'No reason was given.',
    startedBy(d),
  ].join(' ');
}

function startedBy(d: Deployment): string {
  const { rollback: decided } = d;
  const to = rollbackTarget(d);
  const reason = decided?.reason ?? '';
  return decided?.by
    ? `${person(decided.by)} was rolling back${to}. Reason: ${quotedSentence(reason, 300)}`
    : `argo-bot was rolling back${to}, because ${phrase(reason, 300)}.`;
}

/** Returns the next step of the stage that failed; if none failed, says how to find the cause. */
export function nextAfterRollback(d: Deployment, target: Target | undefined): string {
  const failed = d.stages.filter(({ failure }) => failure);
  const stage = failed.findLast(({ phase }) => phase === 'rollback') ?? failed[0];
  if (stage?.failure) return nextAfter(d, stage, stage.failure, target);
  const left = leftBehind(d);
  const { rollbackTo } = d.facts;
  if (left && rollbackTo)
    return nextStep(
      `\`/argo health\` shows when ${left.hosts} answers again. Then \`/argo rollback ${rollbackTo.release}\`.`,
      target,
    );
  if (d.finished?.ending === 'rollback-failed') return nextStep('`/argo health`.', target);
  return nextStep(
    `find the cause with ${whereLogIs(d)}, fix it, commit and push. Then \`/argo unlock\` and \`/argo deploy\`.`,
    target,
  );
}

/** Hosts that a rollback could not reach. `where`, empty if `reason` names the host, and `reason` are escaped. */
export function leftBehind({
  facts,
}: Deployment): Record<'hosts' | 'where' | 'reason', string> | undefined {
  const entries = Object.entries(facts.leftBehind ?? {});
  const [first] = entries;
  if (!first) return undefined;
  const names = entries.map(([host]) => plainLine(host, 60));
  const hosts = capped(names, 3, 200).join(', ');
  const isNamed = entries.length === 1 && first[1].startsWith(`${first[0]} `);
  const where = isNamed ? '' : ` on ${quoted(hosts, 230)}`;
  return { hosts, where, reason: quotedSentence(first[1], 300) };
}

/** Says where the failed release's log is. With the restart strategy, `/argo logs` shows the release that is back. */
function whereLogIs(d: Deployment): string {
  const attached = d.stages.some(({ phase, log }) => phase === 'rollback' && log !== undefined);
  return d.request.strategy === 'restart' && attached ? 'Show log in this thread' : logsCommand(d);
}

function buttonsOf(d: Deployment, over: boolean) {
  const logged = d.stages.filter(({ phase, log }) => phase === 'rollback' && log !== undefined);
  return [
    ...(d.finished?.ending === 'rollback-failed' ? rollbackButtons(d) : []),
    ...logged.map((stage) => logButton(d, stage)),
    ...(over ? unlockButton(d) : []),
  ];
}

/** Returns a button that removes the lock which this deployment's rollback set. */
export function unlockButton({ request, facts, superseded }: Deployment): Button[] {
  if (superseded || facts.lockedAt === undefined) return [];
  const value = { s: request.service, e: request.environment, l: facts.lockedAt };
  return [button({ id: ids.unlock, text: 'Unlock', value })];
}

function evidence(d: Deployment): KnownBlock[] {
  const { causes = {}, blame } = d.facts;
  return [
    ...Object.entries(causes)
      .slice(0, 3)
      .flatMap(([host, lines]) => [
        section(`Last log lines of the release that was rolled back, on ${quoted(host, 60)}:`),
        preformatted(plain(logLines(lines), 900) || 'No log lines.'),
      ]),
    ...blamed(blame),
  ];
}
