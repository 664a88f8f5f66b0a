// Finds the service and environment that a person names, and checks whether the person may act on it.
import type { Deployment } from '../../deploy/record/deployment.ts';
import type { Action } from '../../deploy/acts/policy.ts';
import { findTarget, type Target } from '../../deploy/settings/settings.ts';
import type { Interaction, Reply } from '../contract/interaction.ts';
import { permission } from './permission.ts';
import type { SlackPorts } from '../contract/ports.ts';
import { denied, noTarget } from '../views/answers/answers.ts';

export type Authorized = { kind: 'target'; target: Target } | { kind: 'refused'; reply: Reply };

interface Names {
  service?: string;
  environment?: string;
}

/** Returns the target with these names if the person may perform the action from this channel; else a refusal. */
export async function authorizeTarget(
  ports: SlackPorts,
  interaction: Interaction,
  names: Names,
  action: Action,
): Promise<Authorized> {
  const found = findTarget(ports.settings, names.service, names.environment);
  if (found.kind !== 'found') return { kind: 'refused', reply: noTarget(found) };
  const verdict = await permission(ports, interaction, action, found.target);
  return verdict.kind === 'allowed'
    ? { kind: 'target', target: found.target }
    : { kind: 'refused', reply: denied(verdict.reason, verdict.ask) };
}

/** Like `authorizeTarget`, for the service and environment of a deployment. */
export function authorizeDeployment(
  ports: SlackPorts,
  interaction: Interaction,
  { request }: Deployment,
  action: Action,
): Promise<Authorized> {
  const { service, environment } = request;
  return authorizeTarget(ports, interaction, { service, environment }, action);
}
