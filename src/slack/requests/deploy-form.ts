// Opens the deploy form with the environments that the person may deploy to, or shows help if there are none.
import type { Commit } from '../../deploy/ports/ports.ts';
import type { Place } from '../../deploy/history/records.ts';
import { allTargets, type Target } from '../../deploy/settings/settings.ts';
import type { Interaction, Reply } from '../contract/interaction.ts';
import { helpFor } from './help.ts';
import { channelOf, placeStatus } from './place-status.ts';
import { permission } from './permission.ts';

import type { SlackPorts } from '../contract/ports.ts';
import { deployModal, type DeployForm } from '../views/form/deploy-modal.ts';

/** The fields that are already filled in when the form opens. */
export interface Prefilled {
  place?: Place | undefined;
  commit?: DeployForm['commit'];
}

/** Opens the deploy form. Returns help instead if the person may deploy nothing from this channel. */
export async function openDeployForm(
  ports: SlackPorts,
  interaction: Interaction,
  { place, commit }: Prefilled = {},
): Promise<Reply | undefined> {
  const targets = await deployable(ports, interaction.user, interaction.channel || undefined);
  const found = targets.find((target) => isPlace(target, place));
  const chosen = found ?? targets[0];
  if (!chosen) return helpFor(ports, interaction);
  // Asking git now makes the commits ready before the person opens the select.
  ports.commits.prepare(chosen);
  const channel = interaction.channel || undefined;
  const first = await placeStatus(ports, chosen);
  const view = deployModal({ targets, first, channel, commit: found && commit });
  await ports.client.views.open({ trigger_id: interaction.trigger, view });
  return undefined;
}

/** Returns the targets to which the user may deploy from a channel (default: each target's first channel). */
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

function isPlace(target: Target, place: Place | undefined): boolean {
  return target.service === place?.service && target.environment === place.environment;
}

/** How many past deployments are searched for commits. */
const LOOK_BACK = 10;

/** Returns the commits of the last deployments, newest first, from the records instead of git. */
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
