// Decides which commands help shows a person: those that the person's roles allow.
import { allTargets, type Role } from '../../deploy/settings/settings.ts';
import type { Interaction, Reply } from '../contract/interaction.ts';
import { permission } from './permission.ts';

import type { SlackPorts } from '../contract/ports.ts';
import { help as shown } from '../views/answers/answers.ts';
import type { CommandListener } from '../contract/command-listener.ts';

const ROLES = ['deploy', 'approve', 'rollback', 'unlock'] as const satisfies Role[];
type HelpRole = (typeof ROLES)[number];

export const help: CommandListener<'help'> = (_command, interaction, ports) =>
  helpFor(ports, interaction);

/** Returns help with the commands that the person may use in this channel. */
export async function helpFor(ports: SlackPorts, interaction: Interaction): Promise<Reply> {
  const targets = allTargets(ports.settings);
  const hasRole = async (role: HelpRole): Promise<boolean> => {
    const verdicts = targets.map((target) =>
      permission(ports, interaction, { kind: role }, target),
    );
    return (await Promise.all(verdicts)).some(({ kind }) => kind === 'allowed');
  };
  const allowed = await Promise.all(ROLES.map(hasRole));
  return shown(ROLES.filter((_role, index) => allowed[index]));
}
