// Checks the policy with a person's user groups. Denies while Slack does not answer which groups these are.
import { policy, type Action, type Verdict } from '../../deploy/acts/policy.ts';
import { allTargets, type Target } from '../../deploy/settings/settings.ts';
import type { Interaction, Reply } from '../contract/interaction.ts';
import type { SlackPorts } from '../contract/ports.ts';
import { slackErrorOf } from '../api/errors.ts';
import { denied } from '../views/answers/answers.ts';

type PolicyPorts = Pick<SlackPorts, 'settings' | 'groupsOf' | 'log'>;

/** Asks Slack for user groups only if argo.yml does not allow the person by id. A failed look-up denies. */
export async function permission(
  { groupsOf, log }: Omit<PolicyPorts, 'settings'>,
  { user, channel }: Pick<Interaction, 'user' | 'channel'>,
  action: Action,
  target: Target,
): Promise<Verdict> {
  const direct = policy({ user, groups: [] }, channel, action, target);
  if (direct.kind === 'allowed') return direct;
  const checkWithGroups = async (how?: 'fresh'): Promise<Verdict> => {
    const groups = await groupsOf(user, how);
    return groups.length === 0 ? direct : policy({ user, groups }, channel, action, target);
  };
  try {
    // Decisions on a release do not use cached groups. Other actions read groups again only before a refusal.
    if (action.kind !== 'decide' && action.kind !== 'break-glass') {
      const cached = await checkWithGroups();
      if (cached.kind === 'allowed') return cached;
    }
    return await checkWithGroups('fresh');
  } catch (error) {
    const trouble = slackErrorOf(error);
    if (!trouble) throw error;
    log.warn(
      { user, trouble },
      'Slack did not list the members of user groups, so argo-bot gave a person no permission through a group; the person can try again. If this repeats, run argo-bot doctor',
    );
    const lost = trouble.kind === 'refused' && trouble.error === 'missing_scope';
    return { ...direct, reason: `${direct.reason} ${lost ? scopeMissing : lookupFailed}` };
  }
}

const lookupFailed =
  'Slack did not say which user groups you are in, and one of them might allow it: try again in a minute.';

const scopeMissing =
  "argo-bot cannot read user groups, because its Slack app lacks the scope `usergroups:read`: run `argo-bot doctor` on the bot's machine.";

/** Returns the targets on which a user may perform `action`. Without a channel, uses each target's first channel. */
export async function permitted(
  ports: PolicyPorts,
  { user, channel }: { user: string; channel?: string | undefined },
  action: Action,
): Promise<Target[]> {
  const all = allTargets(ports.settings);
  const verdicts = await Promise.all(
    all.map((target) => {
      const asker = { user, channel: channel ?? channelOf(target) };
      return permission(ports, asker, action, target);
    }),
  );
  return all.filter((_target, index) => verdicts[index]?.kind === 'allowed');
}

/** Returns why a user may perform `action` on nothing here, if the reason is not a missing role. */
export async function whyNothing(
  ports: PolicyPorts,
  { user, channel }: { user: string; channel?: string | undefined },
  action: Action,
): Promise<Reply | undefined> {
  const all = allTargets(ports.settings);
  const here = all.filter(
    ({ place }) => channel === undefined || place.access.channels.includes(channel),
  );
  if (here.length === 0) {
    const channels = new Set(all.flatMap(({ place }) => place.access.channels));
    return denied('No service is operated from this channel.', [], [...channels]);
  }
  const verdicts = await Promise.all(
    here.map((target) =>
      permission(ports, { user, channel: channel ?? channelOf(target) }, action, target),
    ),
  );
  const reasons = verdicts.map((verdict) => (verdict.kind === 'denied' ? verdict.reason : ''));
  const why = [scopeMissing, lookupFailed].find((one) =>
    reasons.some((reason) => reason.endsWith(one)),
  );
  return why === undefined ? undefined : denied(why);
}

/** Returns the environment's first channel, for requests that come from no channel. */
export function channelOf({ place }: Target): string {
  return place.access.channels[0] ?? '';
}
