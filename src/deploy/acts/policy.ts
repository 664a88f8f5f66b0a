// Decides who may do what: one policy for commands, buttons, forms and the CLI.
import type { Deployment } from '../record/deployment.ts';
import type { Role, Target } from '../settings/settings.ts';

/** The person who acts. `user`: from Slack's signed payload. `groups`: ids of the person's user groups. */
export interface Actor {
  user: string;
  groups: readonly string[];
}

export type Action =
  | { kind: 'deploy' }
  | { kind: 'rollback' }
  /** Approve in general, without a certain deployment. `decide` approves or rejects one deployment. */
  | { kind: 'approve' }
  | { kind: 'cancel'; deployment: Deployment }
  /** `authors`: Slack ids of the authors of the deployment's commits, if argo.yml forbids that authors approve. */
  | { kind: 'decide'; deployment: Deployment; authors?: ReadonlySet<string> }
  | { kind: 'break-glass' }
  | { kind: 'acknowledge' }
  | { kind: 'lock' }
  /** `lockedBy`: the person who set the lock by a command. */
  | { kind: 'unlock'; lockedBy?: string }
  | { kind: 'logs' }
  | { kind: 'read' };

export type Verdict =
  | { kind: 'allowed' }
  | {
      kind: 'denied';
      reason: string;
      /** Ids of the people and groups that may do the denied action. */
      ask?: readonly string[];
      /** Ids of the channels in which the denied action is possible. */
      channels?: readonly string[];
    };

const allowed: Verdict = { kind: 'allowed' };

export function policy(actor: Actor, channel: string, action: Action, target: Target): Verdict {
  if (!target.place.access.channels.includes(channel)) {
    const reason = `${where(target)} cannot be operated from this channel.`;
    return { kind: 'denied', reason, channels: target.place.access.channels };
  }
  if (action.kind === 'read') return allowed;
  if (action.kind === 'decide') return mayDecide(actor, target, action);
  // People may remove their own lock. A rollback's lock has no `lockedBy`, so only the unlock role may remove it.
  if (action.kind === 'unlock' && action.lockedBy === actor.user) return allowed;
  // People may always cancel their own deployment.
  const isOwn = action.kind === 'cancel' && action.deployment.request.origin.user === actor.user;
  return isOwn ? allowed : hasRole(actor, target, action.kind);
}

function mayDecide(
  actor: Actor,
  target: Target,
  { deployment, authors }: Action & { kind: 'decide' },
): Verdict {
  if (target.place.approval.four_eyes && deployment.request.origin.user === actor.user) {
    return denied(
      `You cannot approve or reject your own deployment of ${where(target)}; another person must. To stop it, use \`/argo cancel\`.`,
      target.place.access.approve.filter((id) => id !== actor.user),
    );
  }
  if (authors?.has(actor.user)) {
    return denied(
      `You cannot approve this release of ${where(target)}, because you wrote commits of it.`,
      target.place.access.approve.filter((id) => !authors.has(id)),
    );
  }
  return hasRole(actor, target, 'approve');
}

type NeedsRole = Exclude<Action['kind'], 'read' | 'decide'>;

const NEEDS: Record<NeedsRole, [role: Role, words: string]> = {
  deploy: ['deploy', 'deploy'],
  rollback: ['rollback', 'roll back'],
  approve: ['approve', 'approve deployments of'],
  cancel: ['deploy', 'cancel deployments of other people in'],
  'break-glass': ['break_glass', 'approve alone in'],
  acknowledge: ['rollback', 'answer alerts of'],
  // A person who may deploy may also lock the environment for others.
  lock: ['deploy', 'lock'],
  unlock: ['unlock', 'unlock'],
  // Not everyone in the channel may view logs: a log may be confidential even with its secrets masked.
  logs: ['deploy', 'view logs of'],
};

function hasRole(actor: Actor, target: Target, action: NeedsRole): Verdict {
  const [role, words] = NEEDS[action];
  const members = target.place.access[role];
  if (members.length === 0) {
    return denied(
      `Nobody can ${words} ${where(target)}: \`access.${role}\` in argo.yml is empty. Add people there, then on the bot's machine: \`sudo systemctl restart argo-bot\`.`,
    );
  }
  const inside = members.includes(actor.user) || actor.groups.some((id) => members.includes(id));
  return inside
    ? allowed
    : denied(`You cannot ${words} ${where(target)}; that needs the ${role} role.`, members);
}

function where(target: Target): string {
  return `${target.service} in ${target.environment}`;
}

function denied(reason: string, ask: readonly string[] = []): Verdict {
  return { kind: 'denied', reason, ...(ask.length > 0 ? { ask } : {}) };
}
