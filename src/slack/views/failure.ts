import type { KnownBlock } from '@slack/types';
import { switchBegan, type Deployment, type StageState } from '../../deploy/deployment.ts';
import { type Offer, otherSlot } from '../../deploy/events.ts';
import type { Target } from '../../deploy/settings.ts';
import { ids } from '../values.ts';
import { actions, button, context, labelled, preformatted, section } from './blocks.ts';
import { isRestart } from './downtime.ts';
import { capped, code, person, plain, quoted, when } from './text.ts';

/** What went wrong, what to do now, and the buttons for it. */
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
    section(`*${quoted(stage.title, 80)}* failed${where}:`),
    preformatted(plain(failure.message.trim(), 1_500) || 'nothing written'),
    ...offered(failure.offers ?? []),
    labelled('Next:', plain(failure.next, 500) || 'look at the log of the worker'),
    ...(failure.log ? [context('The full log stands in this thread as a file.')] : []),
  ];
}

/** When each was deployed, what it brought, and by whom, as far as the records go back. */
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
  const { slot } = d.request;
  const live = d.stages.some(({ failure }) => failure?.code === 'slot-is-live');
  if (d.finished?.ending === 'failed' && live && slot !== 'idle' && target) {
    const text = `Deploy to ${otherSlot(slot)} instead`;
    return [button({ id: ids.deployOther, text, value: { d: d.id }, style: 'primary' })];
  }
  if (mayRollBack(d)) return [rollbackButton(d)];
  return [];
}

/** From the switch on, until something else has been decided. */
export function mayRollBack(d: Deployment): boolean {
  return (
    d.request.kind === 'deploy' && d.due === 'watch' && switchBegan(d) && !d.rollback && !d.finished
  );
}

export function rollbackButton(d: Deployment) {
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
