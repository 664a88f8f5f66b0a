// Describes the state of an environment for `/argo status` and Home: live release, queue, lock, history.
import type { KnownBlock } from '@slack/types';
import { openAlert } from '../../../deploy/record/alerts.ts';
import type { Deployment } from '../../../deploy/record/deployment.ts';
import type { Live } from '../../../deploy/history/live-by-record.ts';
import {
  makerOf,
  type QueueEntry,
  type Lock,
  type Place,
} from '../../../deploy/history/records.ts';
import type { Target } from '../../../deploy/settings/settings.ts';
import { roundsDone } from '../../../deploy/watch/rounds.ts';
import type { Reply } from '../../contract/interaction.ts';
import { context, section } from '../parts/blocks.ts';
import { commitWords, historyLine, type Past, releaseWords } from './history.ts';
import { queueSummary } from '../thread/queue.ts';
import { holder } from './locks.ts';
import { nextStep, unlockStep, withFlags } from '../parts/next-step.ts';
import { requestName, activityOf, environmentOf, iconOf } from '../parts/state.ts';
import { isDegradedAsApproved } from '../parts/watch-figures.ts';
import { progressWords } from '../thread/summary.ts';
import { automaticRollback } from '../alert/automatic-rollback.ts';
import { logsCommand } from '../parts/watch-words.ts';
import { capped, code, counted, dayAndTime, person, phrase, when } from '../parts/text.ts';

export interface PlaceStatus extends Past {
  place: Place;
  target: Target;
  running: Deployment | undefined;
  /** Id of the running deployment, if its journal cannot be read. */
  unreadable?: string | undefined;
  lock: Lock | undefined;
  /** The queue; the deployment that starts next is first. */
  queue: readonly QueueEntry[];
  /** Who reads the status. */
  reader?: string | undefined;
}

export function statusView(places: readonly PlaceStatus[], total = places.length): Reply {
  if (places.length === 0) {
    return {
      text: `No service is operated from this channel. ${nextStep('on the bot’s machine: add the channel to `access.channels` in argo.yml, then `sudo systemctl restart argo-bot`.')}`,
    };
  }
  const shown = fitting(places.map((one) => placeBlocks(one, 3)));
  const blocks = shown.flat();
  const left = total - shown.length;
  if (left > 0) blocks.push(context(`… ${left} more; name one with \`--service\` and \`--env\``));
  const headlines = places
    .slice(0, shown.length)
    .map((one) => `${environmentOf(one.place)}: ${liveLine(one)}`);
  return { text: capped(headlines, headlines.length, 2_900).join('\n'), blocks };
}

/** Returns the blocks of the first environments that fit in one message (50 blocks, about 12,000 characters). */
function fitting(all: readonly KnownBlock[][]): KnownBlock[][] {
  let characters = 0;
  let blocks = 0;
  const after = all.findIndex((one) => {
    characters += JSON.stringify(one).length;
    blocks += one.length;
    return characters > 11_000 || blocks > 48;
  });
  return after === -1 ? [...all] : all.slice(0, after);
}

/** Returns the state of an environment and its newest deployments. `recent`: how many of them. */
export function placeBlocks(status: PlaceStatus, recent: number): KnownBlock[] {
  const lines = status.history.slice(0, recent).map((entry) => historyLine(entry, status));
  return [
    section([`*${environmentOf(status.place)}*`, ...placeLines(status)].join('\n')),
    ...(lines.length > 0 ? [context(capped(lines, recent, 980).join('\n'))] : []),
  ];
}

function placeLines(status: PlaceStatus): string[] {
  const { running, lock, target, queue, reader } = status;
  const lines = [liveLine(status)];
  if (running) lines.push(runningLine(running, target));
  if (queue.length > 0) lines.push(queueSummary(queue, status.history));
  if (lock) {
    lines.push(
      `🔒 Locked ${holder(lock)}: ${phrase(lock.reason, 300)} · ${unlockStep(lock, target, reader)}`,
    );
  }
  return lines;
}

function runningLine(d: Deployment, target: Target): string {
  const { commit } = d.facts;
  const alert = openAlert(d);
  if (activityOf(d) !== 'watching') {
    const name = `${requestName(d)}${commit ? ` of ${commitWords(commit)}` : ''}`;
    return `${iconOf(d)} ${name} · ${progressWords(d, target)}`;
  }
  const { checks, interval_seconds: seconds } = target.place.watch;
  const { switchedAt } = d.facts;
  const end =
    switchedAt === undefined ? '' : `, ends about ${when(switchedAt + checks * seconds * 1_000)}`;
  const rounds = `${roundsDone(d, target.place.watch)} of ${counted(checks, 'check')} done`;
  if (!alert) return `👀 Watching: ${rounds}${end}`;
  const state = isDegradedAsApproved(d, alert) ? 'Degraded, as before the switch' : 'Unhealthy';
  const automatic = automaticRollback(d, target, d.updatedAt);
  const next =
    automatic?.kind === 'soon'
      ? 'wait for the rollback, or start it now with `/argo rollback`.'
      : `read ${logsCommand(d)}. If users get errors or you are unsure, run \`/argo rollback\`.`;
  const act = automatic === undefined ? '' : ` ${automatic.sentence}`;
  return `${iconOf(d)} *${state}*: ${phrase(alert.reason, 300)}.${act} · ${rounds} · ${nextStep(next, target)}`;
}

/** Returns what is live, since when and by whom; escaped. `brief`: without the release's name. */
export function liveLine(status: PlaceStatus, brief = false): string {
  const { live, unreadable, history, running } = status;
  if (unreadable !== undefined)
    return `🚨 argo-bot cannot read the record of the running deployment, so what is live is not known. Users keep the release that they have. *Next:* on the bot’s machine: ${code(`argo-bot repair ${unreadable}`, 120)}`;
  switch (live.kind) {
    case 'nothing':
      return `⚪ argo-bot has no record of a live release.${isBusy(status) ? '' : ' *Next:* `/argo deploy`.'}`;
    case 'before':
      return `⚪ Users are on the service from before argo-bot · since ${dayAndTime(live.since)}`;
    case 'moving': {
      const own = running?.facts.release === live.to ? running?.facts.commit : undefined;
      const to = own ? commitWords(own) : live.to && releaseWords(live.to, history);
      return `🔵 Users are being moved to ${to ?? 'the service from before argo-bot'} · since ${when(live.since, '{time_secs}')}`;
    }
    case 'unknown': {
      const names = live.among.map((name) => releaseWords(name, history));
      const among = names.length > 0 ? ` Users may be on ${names.join(' or ')}.` : '';
      return `🚨 *The last rollback failed*, so what is live is not known.${among} ${nextStep('see which release answers with `/argo health`.', status.target)}`;
    }
    case 'release':
      return releaseLine(live, status, brief);
  }
}

/** Returns whether a deployment runs or waits, so that nobody needs to request one. */
function isBusy({ running, queue }: PlaceStatus): boolean {
  return running !== undefined || queue.length > 0;
}

function releaseLine(
  live: Live & { kind: 'release' },
  status: PlaceStatus,
  brief: boolean,
): string {
  const { running, history, target } = status;
  const made = running?.facts.release === live.release ? running : undefined;
  const commit = made?.facts.commit ?? makerOf(live.release, history)?.commit;
  const by = made?.request.origin.user ?? makerOf(live.release, history)?.by;
  const name = commit ? commitWords(commit) : code(live.release, 80);
  const failed = live.rollbackFailed || live.except;
  const head = failed ? failedRollback(live, name) : `${iconOfLive(live, running)} ${name}`;
  return [
    head,
    `live since ${dayAndTime(live.since)}`,
    ...(live.restartedAt === undefined ? [] : [`restarted ${dayAndTime(live.restartedAt)}`]),
    ...(by === undefined ? [] : [`deployed by ${person(by)}`]),
    ...(live.unhealthy ? ['*unhealthy in its watch*'] : []),
    ...(commit && !brief ? [`release ${code(live.release, 80)}`] : []),
    ...(failed
      ? [
          `${nextStep('`/argo health` shows which release each host has.', target)} If they differ: ${withFlags(code(`/argo rollback ${live.release}`, 120), target)}.`,
        ]
      : []),
  ].join(' · ');
}

function iconOfLive(live: Live & { kind: 'release' }, running: Deployment | undefined): string {
  const alert = running && openAlert(running);
  if (alert) return iconOf(running);
  return live.unhealthy ? '⚠️' : '🟢';
}

/** Says that the last rollback failed, which hosts it did not reach, and which release the others serve. */
function failedRollback({ except = [] }: Live & { kind: 'release' }, name: string): string {
  const hosts = except.map((host) => code(host, 60));
  return hosts.length === 0
    ? `🚨 *The last rollback failed.* Users are on ${name}`
    : `🚨 *The last rollback failed on ${capped(hosts, 10, 700).join(', ')}*, which may serve another release. The other hosts serve ${name}`;
}
