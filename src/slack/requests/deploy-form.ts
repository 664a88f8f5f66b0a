// Opens the form to deploy with, for what the person may deploy.
import type { Commit } from '../../deploy/ports/ports.ts';
import type { Place } from '../../deploy/history/records.ts';
import { allTargets, type Target } from '../../deploy/settings/settings.ts';
import type { Interaction, Reply } from '../contract/interaction.ts';
import { helpFor } from './help.ts';
import { channelOf, placeStatus } from './place-status.ts';
import { permission } from './permission.ts';

import type { SlackPorts } from '../contract/ports.ts';
import { deployModal, type DeployForm } from '../views/form/deploy-modal.ts';

/** What the form holds when it opens. */
export interface Prefilled {
  place?: Place | undefined;
  commit?: DeployForm['commit'];
}

/** A form to deploy with, for what this person may deploy from this channel; else help. */
export async function openDeployForm(
  ports: SlackPorts,
  interaction: Interaction,
  { place, commit }: Prefilled = {},
): Promise<Reply | undefined> {
  const targets = await deployable(ports, interaction.user, interaction.channel || undefined);
  const found = targets.find((target) => same(target, place));
  const chosen = found ?? targets[0];
  if (!chosen) return helpFor(ports, interaction);
  // By the time somebody has opened the select, git has often answered.
  ports.commits.prepare(chosen);
  const channel = interaction.channel || undefined;
  const first = await placeStatus(ports, chosen);
  const view = deployModal({ targets, first, channel, commit: found && commit });
  await ports.client.views.open({ trigger_id: interaction.trigger, view });
  return undefined;
}

/** What somebody may deploy from a channel; without one, from the first channel of each. */
export async function deployable(
  ports: Pick<SlackPorts, 'settings' | 'groupsOf' | 'log'>,
  user: string,
  channel: string | undefined,
): Promise<Target[]> {
  const all = allTargets(ports.settings);
  const verdicts = await Promise.all(
    all.map((target) => {
      const asker = { user, channel: channel ?? channelOf(target) };
      return permission(ports, asker, { kind: 'deploy' }, target);
    }),
  );
  return all.filter((_target, index) => verdicts[index]?.kind === 'allowed');
}

function same(target: Target, place: Place | undefined): boolean {
  return target.service === place?.service && target.environment === place.environment;
}

/** Deployments to gather commits from. */
const LOOK_BACK = 10;

/** Those that the last deployments showed, newest first: there is no need to ask git for them. */
export async function pastCommits(
  { records }: Pick<SlackPorts, 'records'>,
  place: Place,
): Promise<Commit[]> {
  const history = await records.history(place, LOOK_BACK);
  const deployments = await Promise.all(history.map(({ id }) => records.readOrSkip(id)));
  const commits = deployments.flatMap((d) => [
    ...(d?.facts.commit ? [d.facts.commit] : []),
    ...(d?.facts.commits ?? []),
  ]);
  const distinct = new Map(commits.map((commit) => [commit.sha, commit]));
  return [...distinct.values()].toSorted((a, b) => b.at - a.at);
}
