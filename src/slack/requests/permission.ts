// Asks the policy with a person's user groups, and denies while Slack does not say them.
import { policy, type Action, type Verdict } from '../../deploy/acts/policy.ts';
import type { Target } from '../../deploy/settings/settings.ts';
import type { Interaction } from '../contract/interaction.ts';
import type { SlackPorts } from '../contract/ports.ts';
import { slackErrorOf } from '../api/errors.ts';

/**
 * Asks `policy`, first without any groups: someone named by id needs no answer from Slack. Groups
 * can only ever add a permission, so a failing look-up denies.
 */
export async function permission(
  ports: Pick<SlackPorts, 'groupsOf' | 'log'>,
  interaction: Pick<Interaction, 'user' | 'channel'>,
  action: Action,
  target: Target,
): Promise<Verdict> {
  const alone = policy({ user: interaction.user, groups: [] }, interaction.channel, action, target);
  if (alone.kind === 'allowed') return alone;
  const judged = async (how?: 'fresh'): Promise<Verdict> => {
    const groups = await ports.groupsOf(interaction.user, how);
    return groups.length === 0
      ? alone
      : policy({ user: interaction.user, groups }, interaction.channel, action, target);
  };
  try {
    // Approvals skip the cache. Before refusing, read the groups again.
    if (action.kind !== 'decide') {
      const known = await judged();
      if (known.kind === 'allowed') return known;
    }
    return await judged('fresh');
  } catch (error) {
    const trouble = slackErrorOf(error);
    ports.log.warn({ user: interaction.user, trouble }, 'user groups could not be looked up');
    return { ...alone, reason: `${alone.reason} ${lookupFailed}` };
  }
}

const lookupFailed =
  'Slack did not say which user groups you are in, and one of them might allow it: try again in a minute.';
