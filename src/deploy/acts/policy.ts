// Decides who may do what: one policy for commands, buttons, forms and the CLI.
import type { Deployment } from '../record/deployment.ts';
import type { Role, Target } from '../settings/settings.ts';

/** Who asks. Ids come from Slack's signed payload; groups are looked up by the caller, never claimed. */
export interface Actor {
  user: string;
  groups: readonly string[];
}

export type Action =
  | { kind: 'deploy' }
  | { kind: 'rollback' }
  /** Of any deployment; `decide` is about one. */
  | { kind: 'approve' }
  | { kind: 'cancel'; deployment: Deployment }
  /** `authors`: Slack ids of those who wrote its commits, where they must not approve. */
  | { kind: 'decide'; deployment: Deployment; authors?: ReadonlySet<string> }
  | { kind: 'break-glass' }
  | { kind: 'acknowledge' }
  | { kind: 'lock' }
  | { kind: 'unlock' }
  | { kind: 'read' };

export type Verdict = { kind: 'allowed' } | { kind: 'denied'; reason: string };

const allowed: Verdict = { kind: 'allowed' };

/** The same for commands, buttons, forms and the CLI. Denied unless it is allowed. */
export function policy(actor: Actor, channel: string, action: Action, target: Target): Verdict {
  if (!target.place.access.channels.includes(channel)) {
    return denied(
      `${where(target)} is not operated from this channel. Its channels stand in argo.yml under access.channels.`,
    );
  }
  switch (action.kind) {
    case 'read':
      return allowed;
    case 'deploy':
    // A person who may deploy may also keep others from it.
    case 'lock':
      return hasRole(actor, target, 'deploy');
    case 'rollback':
    case 'acknowledge':
      return hasRole(actor, target, 'rollback');
    case 'unlock':
    case 'approve':
      return hasRole(actor, target, action.kind);
    case 'cancel':
      // Stopping one's own deployment must never need a second person.
      return action.deployment.request.origin.user === actor.user
        ? allowed
        : hasRole(actor, target, 'deploy');
    case 'break-glass':
      return hasRole(actor, target, 'break_glass');
    case 'decide':
      return mayDecide(actor, target, action);
  }
}

function mayDecide(
  actor: Actor,
  target: Target,
  { deployment, authors }: Action & { kind: 'decide' },
): Verdict {
  if (target.place.approval.four_eyes && deployment.request.origin.user === actor.user) {
    return denied(
      `You asked for this deployment, and ${where(target)} wants a second pair of eyes. Ask one of its approvers.`,
    );
  }
  if (authors?.has(actor.user)) {
    return denied(
      `You are an author of this release, and ${where(target)} wants approvers who wrote none of it. Ask another of its approvers.`,
    );
  }
  return hasRole(actor, target, 'approve');
}

const WORDS: Record<Role, string> = {
  deploy: 'deploy',
  approve: 'approve',
  rollback: 'rollback',
  unlock: 'unlock',
  break_glass: 'approve alone',
};

function hasRole(actor: Actor, target: Target, role: Role): Verdict {
  const members = target.place.access[role];
  if (members.length === 0) {
    return denied(
      `Nobody may ${WORDS[role]} ${where(target)}: access.${role} is empty in argo.yml, and empty denies.`,
    );
  }
  const inside = members.includes(actor.user) || actor.groups.some((id) => members.includes(id));
  return inside
    ? allowed
    : denied(
        `You are not among those who may ${WORDS[role]} ${where(target)}. access.${role} in argo.yml says who is.`,
      );
}

function where(target: Target): string {
  return `${target.service} in ${target.environment}`;
}

function denied(reason: string): Verdict {
  return { kind: 'denied', reason };
}
