// Decides which deployment `/argo cancel` cancels: the person's own queued one, else the running one.
import { cancel as act } from '../../deploy/acts/cancel.ts';
import type { Deployment } from '../../deploy/record/deployment.ts';
import type { Place } from '../../deploy/history/records.ts';
import { findTarget } from '../../deploy/settings/settings.ts';
import { leaveQueue, performAct } from '../requests/acts.ts';
import { onTarget } from '../requests/authorize.ts';
import { noTarget, say } from '../views/answers/answers.ts';
import type { CommandListener, Reply } from '../contract/interaction.ts';
import type { SlackPorts } from '../contract/ports.ts';
import { deploymentName, environmentOf } from '../views/parts/state.ts';
import { code, person, placeCode, quoted } from '../views/parts/text.ts';

export const cancel: CommandListener<'cancel'> = async (command, interaction) => {
  const { ports, user } = interaction;
  const { records, settings } = ports;
  const found = findTarget(settings, command.service, command.environment);
  if (found.kind !== 'found')
    return (await refuseUndeclared(ports, command)) ?? noTarget(found, interaction.typed);
  const queued = (await records.queue(found.target)).filter(({ by }) => by === user);
  const last = queued.toSorted((a, b) => a.since - b.since).at(-1);
  const own = last && (await records.read(last.deployment));
  if (own)
    return onTarget(interaction, own.request, { kind: 'cancel', deployment: own }, () =>
      leaveQueue(interaction, own),
    );
  const claim = await records.claim(found.target);
  const running = claim && (await records.read(claim.deployment));
  if (!running)
    return (
      (await refuseUndeclared(ports, command)) ??
      say(`Nothing to cancel: nothing is running in ${environmentOf(found.target)}.`)
    );
  const action = { kind: 'cancel', deployment: running } as const;
  return onTarget(interaction, running.request, action, () =>
    performAct(interaction, running.id, act, (d) =>
      say(`Cancelling ${cancelName(d)}. Nothing live was changed. Its thread shows the progress.`),
    ),
  );
};

/** Returns `argo-trading → green (993e684 Refresh signals) in production, requested by @ada`; escaped. */
function cancelName(d: Deployment): string {
  const { commit } = d.facts;
  const what = commit ? ` (${code(commit.sha.slice(0, 7), 7)} ${quoted(commit.subject, 100)})` : '';
  return `*${quoted(deploymentName(d), 150)}*${what} in ${quoted(d.request.environment, 60)}, requested by ${person(d.request.origin.user)}`;
}

/** Refuses if argo.yml no longer declares the service of an unfinished deployment: then nobody has a role for it. */
async function refuseUndeclared(
  { records, settings }: SlackPorts,
  { service, environment }: Partial<Place>,
): Promise<Reply | undefined> {
  for (const id of await records.active()) {
    const { request } = (await records.readOrSkip(id)) ?? {};
    if (!request || findTarget(settings, request.service, request.environment).kind === 'found')
      continue;
    if (service !== undefined && service !== request.service) continue;
    if (environment !== undefined && environment !== request.environment) continue;
    return say(
      `A deployment of ${placeCode(request)} cannot be cancelled or continued, because argo.yml no longer declares it. Nothing was changed. *Next:* restore it in argo.yml, run \`sudo systemctl restart argo-bot\`, then \`/argo cancel\`.`,
    );
  }
  return undefined;
}
