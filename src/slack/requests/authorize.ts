import type { Deployment } from '../../deploy/record/deployment.ts';
import type { Action } from '../../deploy/acts/policy.ts';
import { findTarget, type Target } from '../../deploy/settings/settings.ts';
import type { Ask, Reply } from '../contract/interaction.ts';
import { permission } from './permission.ts';
import type { SlackPorts } from '../contract/ports.ts';
import { denied, noTarget } from '../views/answers/answers.ts';

export type Aimed = { kind: 'target'; target: Target } | { kind: 'refused'; reply: Reply };

interface Names {
  service?: string;
  environment?: string;
}

/** From names to a target that this person may do this to, from this channel. */
export async function aim(
  ports: SlackPorts,
  ask: Ask,
  names: Names,
  action: Action,
): Promise<Aimed> {
  const found = findTarget(ports.settings, names.service, names.environment);
  if (found.kind !== 'found') return { kind: 'refused', reply: noTarget(found) };
  const verdict = await permission(ports, ask, action, found.target);
  return verdict.kind === 'allowed'
    ? { kind: 'target', target: found.target }
    : { kind: 'refused', reply: denied(verdict.reason) };
}

/** The same for what a deployment already aims at. */
export function aimAgain(
  ports: SlackPorts,
  ask: Ask,
  { request }: Deployment,
  action: Action,
): Promise<Aimed> {
  const { service, environment } = request;
  return aim(ports, ask, { service, environment }, action);
}
