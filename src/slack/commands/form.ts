// Answers `/argo` alone: opens the form to deploy with.
import { openDeployForm } from '../requests/deploy-form.ts';
import type { CommandListener } from '../contract/command-listener.ts';

export const form: CommandListener<'form'> = (_command, interaction, ports) =>
  openDeployForm(ports, interaction);
