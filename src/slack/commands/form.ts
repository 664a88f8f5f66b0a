import { openDeployForm } from '../requests/deploy-form.ts';
import type { CommandListener } from '../contract/command-listener.ts';

/** `/argo` alone. */
export const form: CommandListener<'form'> = (_command, interaction, ports) =>
  openDeployForm(ports, interaction);
