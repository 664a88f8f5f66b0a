// Decides which risks an approver is warned of, and describes what happens after the approval.
import type { Deployment } from '../../../deploy/record/deployment.ts';
import { otherSlot } from '../../../deploy/record/events.ts';
import type { ConfigDrift, Facts } from '../../../deploy/record/facts.ts';
import { describeRequest } from '../../../deploy/record/requests.ts';
import { stageNamed } from '../../../deploy/record/stages.ts';
import { stopsOldSlot } from '../../../deploy/settings/layout.ts';
import type { Target } from '../../../deploy/settings/settings.ts';
import { unitChange, warningsOf } from './changes.ts';
import { isRestart, restartConsequence } from './downtime.ts';
import { capped, counted, cut } from '../parts/text.ts';

/** Returns what argo-bot does after the approval; plain text. */
export function consequence(d: Deployment): string {
  const effect = isRestart(d) ? restartConsequence(d) : switchConsequence(d);
  return uncheckedStages(d).length > 0
    ? `After approval, argo-bot installs, checks and starts the release. Then ${effect.replace(/^(?:Traffic|The) /, (word) => word.toLowerCase())}`
    : effect;
}

function switchConsequence(d: Deployment): string {
  const slot = d.facts.slot;
  const count = Object.keys(d.facts.hosts ?? {}).length;
  const where = count > 0 ? ` on ${counted(count, 'host')}` : '';
  const first = Object.values(d.facts.hosts ?? {}).every(({ live }) => live === undefined);
  const from = slot && !first ? `from ${otherSlot(slot)} ` : '';
  const way = slot ? `${from}to ${slot}` : 'to the new release';
  if (describeRequest(d.request).keepsRelease) {
    return `The live release restarts in ${slot ?? 'the other slot'}. Then traffic moves ${way}${where}. No request is lost.`;
  }
  return `Traffic moves ${way}${where}.`;
}

/** Returns the checks that run only after the approval, because argo.yml says `before: start`. */
export function uncheckedStages({ request, stages }: Deployment): string[] {
  if (request.gate !== 'start') return [];
  const after = stages.filter(({ phase }) => phase === 'release');
  const last = after.findIndex(({ name }) => stageNamed(name)?.comparesApproval);
  return after
    .slice(0, Math.max(0, last))
    .filter(({ status }) => status === 'pending')
    .map(({ noun }) => noun);
}

/** Warns if two copies of the service run at once, and says until when; plain text. */
export function twoCopiesWarning(d: Deployment, target: Target | undefined): string[] {
  const { slot, hosts } = d.facts;
  const runs = Object.values(hosts ?? {}).some(({ live }) => live !== undefined && live !== slot);
  if (isRestart(d) || !slot || !runs || uncheckedStages(d).length > 0) return [];
  const old = otherSlot(slot);
  const until =
    target && !stopsOldSlot(target)
      ? `Both keep running (old_slot: warm).`
      : `After the watch, ${old} stops.`;
  return [
    `Two copies of ${d.request.service} run now: ${old} with the users, and ${slot}. ${until} Reject if two copies must not run at once.`,
  ];
}

export interface Risks {
  /** One sentence per grave risk, the gravest first. */
  grave: string[];
  /** Such as `Changes: service definition, 2 deleted files`; undefined without changes. */
  changes: string | undefined;
  /** The first warning that is not part of `grave`, and how many more Details shows. */
  warning: string | undefined;
}

/** Returns the risks of a release as plain text. */
export function risks(d: Deployment): Risks {
  const { facts } = d;
  const hosts = Object.values(facts.hosts ?? {});
  const drift = hosts.flatMap((host) => host.drift ?? []);
  const grave = [
    ...(hosts.some(({ liveRelease }) => liveRelease === undefined)
      ? ['No previous release: a rollback is not possible.']
      : []),
    ...(new Set(hosts.map(({ live }) => live)).size > 1
      ? ['The hosts disagree on what is live.']
      : []),
    ...(facts.slot && hosts.some(({ live }) => live === facts.slot)
      ? [`Slot ${facts.slot} is live: users are on it.`]
      : []),
    ...editedConfig(facts),
  ];
  // `grave` names edited configs already, so warnings about their paths are left out.
  const others = decidableWarnings(d).filter(
    (one) => !drift.some(({ path }) => one.includes(path)),
  );
  const deleted = facts.fileChanges?.[0]?.deleted ?? facts.diff?.deleted.length ?? 0;
  const changes = [
    ...unitChange(facts),
    ...listCount(facts.configChanges?.length, 'config key'),
    ...listCount(facts.packageChanges?.count, 'package'),
    ...listCount(deleted, 'deleted file'),
  ];
  return {
    grave,
    changes: changes.length > 0 ? `Changes: ${changes.join(', ')}` : undefined,
    warning: warningLine(others),
  };
}

/** Returns the warnings. Those of the health check say that an approver can reject a degraded release. */
function decidableWarnings(d: Deployment): string[] {
  const degraded = d.stages.find(({ name }) => name === 'health')?.warnings ?? [];
  return warningsOf(d).map((one) =>
    degraded.includes(one) ? `${one}. Reject if that is not expected.` : one,
  );
}

function warningLine([first, ...more]: readonly string[]): string | undefined {
  if (first === undefined || more.length === 0) return first;
  return `${cut(first, 200)} (${counted(more.length, 'more warning')} in Details)`;
}

/** Returns a sentence for each way in which configs on hosts differ from what argo-bot wrote. */
function editedConfig({ hosts = {} }: Facts): string[] {
  const files = (wanted: ConfigDrift['kind']): { paths: string; names: string } | undefined => {
    const found = Object.entries(hosts).flatMap(([host, { drift = [] }]) =>
      drift.filter(({ kind }) => kind === wanted).map(({ path }) => ({ host, path })),
    );
    if (found.length === 0) return undefined;
    const paths = [...new Set(found.map(({ path }) => path))];
    const names = [...new Set(found.map(({ host }) => host))];
    return { paths: capped(paths, 2, 90).join(', '), names: capped(names, 3, 60).join(', ') };
  };
  const [edited, removed, foreign] = [files('edited'), files('removed'), files('foreign')];
  return [
    edited &&
      `This replaces config that somebody edited by hand on ${edited.names}: ${edited.paths}. To keep the edit, press Reject and put it into the config first.`,
    foreign &&
      `This replaces ${foreign.paths} on ${foreign.names}, which argo-bot has never written.`,
    removed && `This writes ${removed.paths} again, which somebody deleted on ${removed.names}.`,
  ].filter((line) => line !== undefined);
}

function listCount(count: number | undefined, noun: string): string[] {
  return count ? [counted(count, noun)] : [];
}
