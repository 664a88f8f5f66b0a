import { openDeployForm } from '../deploy-form.ts';
import type { CommandListener } from './listener.ts';

/** `/argo` alone. */
export const form: CommandListener<'form'> = (_command, ask, ports) => openDeployForm(ports, ask);
