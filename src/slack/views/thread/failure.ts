// Decides what a failed stage says and offers: message, blame, next step, Retry, Roll back, log.
import type { Button, KnownBlock } from '@slack/types';
import { canRetry } from '../../../deploy/acts/retry.ts';
import { releaseToReturnTo } from '../../../deploy/acts/roll-back.ts';
import {
  switchBegan,
  type Deployment,
  type StageState,
} from '../../../deploy/record/deployment.ts';
import { type Blame, type Offer, otherSlot } from '../../../deploy/record/events.ts';
import { describeRequest, slotOf } from '../../../deploy/record/requests.ts';
import type { Target } from '../../../deploy/settings/settings.ts';
import { nounAtStart } from '../../../deploy/record/stages.ts';
import { ids } from '../../contract/values.ts';
import { actions, button, context, labelled, preformatted, section } from '../parts/blocks.ts';
import { isRestart } from '../approval/downtime.ts';
import { capped, code, person, plain, quoted, when } from '../parts/text.ts';

export function failureBlocks(d: Deployment, target: Target | undefined): KnownBlock[] {
  const failed = d.stages.filter(({ status }) => status === 'failed').slice(0, 3);
  const buttons = buttonsOf(d, target);
  return [...failed.flatMap(oneFailure), ...(buttons.length > 0 ? [actions(...buttons)] : [])];
}

function oneFailure(stage: StageState): KnownBlock[] {
  const { failure } = stage;
  if (!failure) return [];
  const where = failure.host ? ` on ${code(failure.host, 60)}` : '';
  return [
    section(`*${quoted(nounAtStart(stage), 80)}* failed${where}:`),
    preformatted(plain(failure.message.trim(), 1_500) || 'nothing written'),
    ...blamed(failure.blame),
    ...offered(failure.offers ?? []),
    labelled('Next:', plain(failure.next, 500) || 'look at the log of the worker'),
    ...(failure.log ? [context('The full log stands in this thread as a file.')] : []),
  ];
}

/** The new commit that a stack trace points to. */
export function blamed(blame: Blame | undefined): KnownBlock[] {
  if (!blame) return [];
  const { path, line, sha, author, subject } = blame;
  const what = `${quoted(subject, 100)} (${quoted(author, 60)})`;
  return [
    section(
      `${code(`${path}:${line}`, 120)} was last changed in ${code(sha.slice(0, 7), 7)} ${what}, which is new in this release.`,
    ),
  ];
}

/** Releases that a rollback may name, with what is on record about them. */
function offered(offers: readonly Offer[]): KnownBlock[] {
  if (offers.length === 0) return [];
  const lines = offers.map(({ release, at, subject, by }) =>
    [
      code(release, 60),
      ...(at === undefined ? [] : [when(at, '{date_short_pretty} {time}')]),
      ...(subject === undefined ? [] : [quoted(subject, 100)]),
      ...(by === undefined ? [] : [person(by)]),
    ].join(' · '),
  );
  return [section(['*Kept and good*', ...capped(lines, 10, 2_600)].join('\n'))];
}

function buttonsOf(d: Deployment, target: Target | undefined) {
  const logs = d.stages.filter(({ status, failure }) => status === 'failed' && failure?.log);
  return [...nextOf(d, target), ...logs.slice(0, 3).map((stage) => logButton(d, stage))];
}

/** Buttons for the next step, until a newer deployment begins. */
function nextOf(d: Deployment, target: Target | undefined) {
  const slot = slotOf(d.request);
  const value = { d: d.id };
  const live = d.stages.some(({ failure }) => failure?.code === 'slot-is-live');
  if (mayRollBack(d) || d.finished?.ending === 'rollback-failed') return rollbackButtons(d);
  if (d.superseded || !target || d.finished?.ending === 'rolled-back' || !canRetry(d)) return [];
  if (live && slot !== 'idle') {
    const text = `Deploy to ${otherSlot(slot)} instead`;
    return [button({ id: ids.deployOther, text, value, style: 'primary' })];
  }
  // A cancelled deployment was stopped on purpose.
  return d.cancelledBy ? [] : [button({ id: ids.retry, text: 'Retry', value, style: 'primary' })];
}

/** During the watch, and after it until a newer deployment begins. */
export function rollbackButtons(d: Deployment): Button[] {
  return mayRollBack(d) || releaseToReturnTo(d) !== undefined ? [rollbackButton(d)] : [];
}

/** Shows the end of a stage's log to the person who clicks. */
export function logButton(d: Deployment, stage: StageState) {
  const { name } = stage;
  const several = d.stages.filter(({ failure }) => failure?.log).length > 1;
  return button({
    id: `${ids.showLog}:${name}`,
    text: several ? `Show log: ${plain(nounAtStart(stage), 50)}` : 'Show log',
    value: { d: d.id, s: name },
  });
}

/** Whether the running deployment can be rolled back: after its switch, during its watch. */
export function mayRollBack(d: Deployment): boolean {
  return (
    !describeRequest(d.request).rollsBack &&
    d.due === 'watch' &&
    switchBegan(d) &&
    !d.rollback &&
    !d.finished
  );
}

export function rollbackButton(d: Deployment): Button {
  const to = d.facts.rollbackTo;
  const there = to ? `${to.release} in ${to.slot}` : 'the previous release';
  return button({
    id: ids.rollback,
    text: 'Roll back',
    value: { d: d.id },
    style: 'danger',
    confirm: {
      title: 'Roll back?',
      text: `${isRestart(d) ? `${d.request.service} in ${d.request.environment} is restarted with` : `Traffic of ${d.request.service} in ${d.request.environment} goes back to`} ${there}, and the environment is locked until someone unlocks it.`,
      yes: 'Roll back',
    },
  });
}
