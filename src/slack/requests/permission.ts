// Checks the policy with a person's user groups. Denies while Slack does not answer which groups these are.
import { policy, type Action, type Verdict } from '../../deploy/acts/policy.ts';
import type { Target } from '../../deploy/settings/settings.ts';
import type { Interaction } from '../contract/interaction.ts';
import type { SlackPorts } from '../contract/ports.ts';
import { slackErrorOf } from '../api/errors.ts';

/**
 * Checks `policy` without groups first: a person whom argo.yml lists by id needs no look-up in Slack. Groups can only
 * add permissions, so a failed look-up denies.
 */
export async function permission(
  ports: Pick<SlackPorts, 'groupsOf' | 'log'>,
  interaction: Pick<Interaction, 'user' | 'channel'>,
  action: Action,
  target: Target,
): Promise<Verdict> {
  const direct = policy(
    { user: interaction.user, groups: [] },
    interaction.channel,
    action,
    target,
  );
  if (direct.kind === 'allowed') return direct;
  const checkWithGroups = async (how?: 'fresh'): Promise<Verdict> => {
    const groups = await ports.groupsOf(interaction.user, how);
    return groups.length === 0
      ? direct
      : policy({ user: interaction.user, groups }, interaction.channel, action, target);
  };
  try {
    // Decisions skip the cache. Other actions read the groups again only before a refusal.
    if (action.kind !== 'decide') {
      const cached = await checkWithGroups();
      if (cached.kind === 'allowed') return cached;
    }
    return await checkWithGroups('fresh');
  } catch (error) {
    const trouble = slackErrorOf(error);
    ports.log.warn(
      { user: interaction.user, trouble },
      'user groups could not be looked up; the person gets no permission through a group',
    );
    return { ...direct, reason: `${direct.reason} ${lookupFailed}` };
  }
}

const lookupFailed =
  'Slack did not say which user groups you are in, and one of them might allow it: try again in a minute.';
