// Builds the Home tab: each service and environment with its state, last deployments and buttons.
import type { HomeView, KnownBlock } from '@slack/types';
import { rollsBackItself } from '../../../deploy/acts/roll-back.ts';
import { ids } from '../../contract/values.ts';
import { actions, button, context, section } from '../parts/blocks.ts';
import { placeBlocks, type PlaceStatus } from '../answers/status.ts';
import type { Target } from '../../../deploy/settings/settings.ts';
import { mentions } from '../parts/people.ts';
import { capped, counted, when } from '../parts/text.ts';

export interface Rights {
  deploy: boolean;
  rollback: boolean;
  unlock: boolean;
}

export type HomePlace = PlaceStatus & { rights: Rights };

/** Slack allows 100 blocks per view. One environment needs at most four. */
const MAX_PLACES = 22;
const RECENT = 5;

/** `notice`: answer to a click, in escaped mrkdwn. `declared`: all targets, which say whom to ask for access. */
export function homeView(
  places: readonly HomePlace[],
  at: number,
  notice?: string,
  declared: readonly Target[] = [],
): HomeView {
  const shown = places.slice(0, MAX_PLACES);
  const left = places.length - shown.length;
  const blocks: KnownBlock[] = [
    ...(notice === undefined ? [] : [section(notice), { type: 'divider' } as const]),
    ...(shown.length === 0 ? [section(noAccess(declared))] : shown.flatMap(blocksOf)),
    ...(left > 0 ? [context(`… ${counted(left, 'more')}; \`/argo status\` shows them`)] : []),
    context(`As of ${when(at)}`),
  ];
  return { type: 'home', blocks };
}

function noAccess(declared: readonly Target[]): string {
  const access = declared.map(({ place }) => place.access);
  const channels = [...new Set(access.flatMap((one) => one.channels))].map((id) => `<#${id}>`);
  const deployers = [...new Set(access.flatMap((one) => one.deploy))];
  const join = channels.length > 0 ? ` Join ${capped(channels, 5, 200).join(' or ')}.` : '';
  const ask = deployers.length > 0 ? ` To deploy, ask ${mentions(deployers, 5)} for the role.` : '';
  return `*You have no access yet.* You see the services of the channels that you are in.${join}${ask}`;
}

function blocksOf(status: HomePlace): KnownBlock[] {
  const buttons = buttonsOf(status);
  return [
    ...placeBlocks(status, RECENT),
    ...(buttons.length > 0 ? [{ ...actions(...buttons), block_id: uniqueId('home', status) }] : []),
    { type: 'divider' },
  ];
}

/** Slack refuses a view with two equal ids. Listeners ignore the part after the first colon. */
const uniqueId = (id: string, { place }: PlaceStatus): string =>
  `${id}:${place.service}:${place.environment}`;

function buttonsOf(status: HomePlace) {
  const { place, rights, lock, running } = status;
  const value = { s: place.service, e: place.environment };
  const where = `${place.service} in ${place.environment}`;
  // While a deployment is running, a new one waits in the queue, so the button says "next".
  const deploy = button({
    id: uniqueId(ids.homeDeploy, status),
    text: running ? 'Deploy next…' : 'Deploy…',
    value,
    ...(running ? {} : { style: 'primary' }),
  });
  const rollback = button({
    id: uniqueId(ids.homeRollback, status),
    text: 'Roll back',
    value,
    style: 'danger',
    confirm: {
      title: 'Roll back?',
      text: `Users of ${where} get the previous good release. The environment is locked until someone unlocks it.`,
      yes: 'Roll back',
    },
  });
  const unlock = button({
    id: uniqueId(ids.homeUnlock, status),
    text: 'Unlock',
    value: { ...value, ...(lock ? { l: lock.at } : {}) },
  });
  return [
    ...(rights.deploy && !lock ? [deploy] : []),
    ...(rights.rollback && canRollBack(status) ? [rollback] : []),
    ...(rights.unlock && lock ? [unlock] : []),
  ];
}

/** Returns false if the last change was a rollback: another one would restore an even older release. */
function canRollBack({ live, running, history }: HomePlace): boolean {
  if (running) return rollsBackItself(running);
  const last = history.find(({ users }) => users !== undefined);
  const wasRollback = last?.kind === 'rollback' || last?.ending === 'rolled-back';
  return live.kind === 'unknown' || (live.kind === 'release' && !wasRollback);
}
