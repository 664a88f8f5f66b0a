// Answers `/argo` without a command: opens the deploy form.
import { openDeployForm } from '../requests/deploy-form.ts';
import type { CommandListener } from '../contract/command-listener.ts';

export const form: CommandListener<'form'> = (_command, interaction, ports) =>
  openDeployForm(ports, interaction);
