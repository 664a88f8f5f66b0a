// Finds the environment or the deployment that a request is about, and checks whether the person may act on it.
import type { Deployment } from '../../deploy/record/deployment.ts';
import type { Refusal } from '../../deploy/acts/act.ts';
import type { Action } from '../../deploy/acts/policy.ts';
import type { Place } from '../../deploy/history/records.ts';
import { findTarget, type Target } from '../../deploy/settings/settings.ts';
import type { Interaction, Reply } from '../contract/interaction.ts';
import { permission } from './permission.ts';
import { denied, noTarget, say } from '../views/answers/answers.ts';
import { refusalText } from '../views/answers/refusals.ts';

export function refusal(refused: Refusal): Reply {
  return say(refusalText(refused));
}

/** Runs `act` on the named target if the person may perform `action` on it from this channel; else refuses. */
export async function onTarget<Answer>(
  interaction: Interaction,
  { service, environment }: Partial<Place>,
  action: Action,
  act: (target: Target) => Promise<Answer>,
): Promise<Answer | Reply> {
  const { ports } = interaction;
  const found = findTarget(ports.settings, service, environment);
  if (found.kind !== 'found') return noTarget(found, interaction.typed);
  const verdict = await permission(ports, interaction, action, found.target);
  return verdict.kind === 'allowed'
    ? act(found.target)
    : denied(verdict.reason, verdict.ask, verdict.channels);
}

/** Runs `act` on the deployment if the person may perform `action` on it from this channel; else refuses. */
export async function onDeployment<Answer>(
  interaction: Interaction,
  id: string,
  action: Action | ((deployment: Deployment) => Action),
  act: (deployment: Deployment, target: Target) => Promise<Answer>,
): Promise<Answer | Reply> {
  const deployment = await interaction.ports.records.read(id);
  if (!deployment) return refusal({ kind: 'gone' });
  const wanted = typeof action === 'function' ? action(deployment) : action;
  return onTarget(interaction, deployment.request, wanted, (target) => act(deployment, target));
}
