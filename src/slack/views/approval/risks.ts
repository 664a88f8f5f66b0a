// Decides what an approver is warned of, and what approving does, in one sentence.
import type { Deployment } from '../../../deploy/record/deployment.ts';
import { otherSlot } from '../../../deploy/record/events.ts';
import { describeRequest } from '../../../deploy/record/requests.ts';
import { stageNamed } from '../../../deploy/record/stages.ts';
import { stopsOldSlot } from '../../../deploy/settings/layout.ts';
import type { Target } from '../../../deploy/settings/settings.ts';
import { warningsOf } from './changes.ts';
import { isRestart, restartConsequence } from './downtime.ts';
import { counted } from '../parts/text.ts';

/** What approving does; plain text. */
export function consequence(d: Deployment): string {
  const first =
    uncheckedStages(d).length > 0 ? 'The release is installed, checked and started first. ' : '';
  return `${first}${isRestart(d) ? restartConsequence(d) : switchConsequence(d)}`;
}

function switchConsequence(d: Deployment): string {
  const { service, environment } = d.request;
  const slot = d.facts.slot;
  const count = Object.keys(d.facts.hosts ?? {}).length;
  const where = count > 0 ? ` on ${counted(count, 'host')}` : '';
  const first = Object.values(d.facts.hosts ?? {}).every(({ live }) => live === undefined);
  const from = slot && !first ? `from ${otherSlot(slot)} ` : '';
  const way = slot ? `${from}to ${slot}` : 'to the new release';
  if (describeRequest(d.request).keepsRelease) {
    return `${d.facts.release ?? 'The live release'} runs anew beside itself; traffic of ${service} in ${environment} moves ${way}${where}, and no request is lost.`;
  }
  return `Traffic of ${service} in ${environment} moves ${way}${where}.`;
}

/** Stages that an early approval cannot show the outcome of; empty for a normal approval. */
export function uncheckedStages({ request, stages }: Deployment): string[] {
  if (request.gate !== 'start') return [];
  const after = stages.filter(({ phase }) => phase === 'release');
  const last = after.findIndex(({ name }) => stageNamed(name)?.comparesApproval);
  return after
    .slice(0, Math.max(0, last))
    .filter(({ status }) => status === 'pending')
    .map(({ noun }) => noun);
}

/** Warns that two copies of the service work at once, and until when; undefined if they do not. */
export function twoCopiesWarning(d: Deployment, target: Target | undefined): string | undefined {
  const { slot, hosts } = d.facts;
  const runs = Object.values(hosts ?? {}).some(({ live }) => live !== undefined && live !== slot);
  if (isRestart(d) || !slot || !runs || uncheckedStages(d).length > 0) return undefined;
  const old = otherSlot(slot);
  const until =
    target && !stopsOldSlot(target)
      ? `both go on running (old_slot: warm)`
      : `${old} stops after the watch`;
  return `Two copies of ${d.request.service} work at the same time now, ${old} with the users and ${slot}; ${until}. If only one may (orders, timers): strategy: restart in argo.yml.`;
}

/** Plain text, the gravest risk first. */
export function risks(d: Deployment): string[] {
  const { facts } = d;
  const known = Object.values(facts.hosts ?? {});
  const found: string[] = [];
  if (known.some(({ liveRelease }) => liveRelease === undefined)) {
    found.push('There is no previous release to go back to.');
  }
  if (new Set(known.map(({ live }) => live)).size > 1)
    found.push('The hosts disagree on what is live.');
  if (facts.slot && known.some(({ live }) => live === facts.slot)) {
    found.push(`Slot ${facts.slot} is live: users are on it.`);
  }
  if (known.some(({ drift }) => drift?.some(({ kind }) => kind !== 'foreign')))
    found.push('Config that was edited by hand is replaced.');
  if (facts.unitDiff?.trim()) found.push('The service definition changes.');
  const keys = facts.configChanges?.length ?? 0;
  if (keys > 0) found.push(`${counted(keys, 'config key')} ${keys === 1 ? 'changes' : 'change'}.`);
  const packages = facts.packageChanges?.count ?? 0;
  if (packages > 0)
    found.push(`${counted(packages, 'package')} ${packages === 1 ? 'changes' : 'change'}.`);
  const deleted = facts.fileChanges?.[0]?.deleted ?? facts.diff?.deleted.length ?? 0;
  if (deleted > 0)
    found.push(`${counted(deleted, 'file')} ${deleted === 1 ? 'is' : 'are'} deleted.`);
  const warned = warningsOf(d).length;
  if (warned > 0) found.push(`${counted(warned, 'warning')}.`);
  return found;
}
