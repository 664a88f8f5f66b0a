// Opens the deploy form with the environments that the person may deploy to, or shows help if there are none.
import type { ModalView } from '@slack/types';
import type { Commit } from '../../deploy/ports/ports.ts';
import type { Place } from '../../deploy/history/records.ts';
import { cleanMessage } from '../api/clean-message.ts';
import type { Answer, Interaction, Reply } from '../contract/interaction.ts';
import type { SlackPorts } from '../contract/ports.ts';
import { help } from '../views/answers/answers.ts';
import { deployModal, type DeployForm } from '../views/form/deploy-modal.ts';
import { onTarget } from './authorize.ts';
import { permitted, whyNothing } from './permission.ts';
import { placeStatus } from './place-status.ts';

/** Opens the deploy form with this service and commit chosen. Returns help if the person may deploy nothing here. */
export async function openDeployForm(
  interaction: Interaction,
  { place, commit }: { place?: Place | undefined; commit?: DeployForm['commit'] } = {},
): Answer {
  const { ports, user } = interaction;
  const channel = interaction.channel || undefined;
  const targets = await permitted(ports, { user, channel }, { kind: 'deploy' });
  const found = targets.find(
    (target) => target.service === place?.service && target.environment === place.environment,
  );
  const chosen = found ?? targets[0];
  if (!chosen) return helpFor(interaction);
  // Open no form for another service than the person clicked: the person could deploy that service by mistake.
  if (place && !found)
    return onTarget(interaction, place, { kind: 'deploy' }, () => helpFor(interaction));
  // git is asked now, so that its answer is ready when the person opens the list of commits.
  ports.commits.prepare(chosen);
  const first = await placeStatus(ports, chosen);
  return openModal(interaction, deployModal({ targets, first, channel, commit: found && commit }));
}

/** Masks secrets in a modal and opens it. Returns no reply, because the modal is the answer. */
export async function openModal(
  { ports, trigger }: Pick<Interaction, 'ports' | 'trigger'>,
  view: ModalView,
): Promise<undefined> {
  await ports.client.views.open({ trigger_id: trigger, view: cleanMessage(ports.redactor, view) });
}

const ROLES = ['deploy', 'approve', 'rollback', 'unlock'] as const;

/** Returns help with the commands that the person's roles allow in this channel. */
export async function helpFor(interaction: Interaction): Promise<Reply> {
  const { ports, user } = interaction;
  const asker = { user, channel: interaction.channel || undefined };
  const allowed = await Promise.all(ROLES.map((kind) => permitted(ports, asker, { kind })));
  const roles = ROLES.filter((_role, index) => (allowed[index] ?? []).length > 0);
  return help(roles, await whyNothing(ports, asker, { kind: 'deploy' }));
}

/** The commits of this many past deployments are offered while git does not answer. */
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
