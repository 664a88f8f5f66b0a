// Decides which listener runs for a command or a button. A command without a listener does not compile.
import { decisionButtons } from '../actions/decisions.ts';
import { deploymentButtons } from '../actions/deployment.ts';
import { homeButtons } from '../actions/home.ts';
import { inspectionButtons } from '../actions/inspection.ts';
import { cancel } from '../commands/cancel.ts';
import { deploy, form, restart, retry, rollback } from '../commands/deploy.ts';
import { config, diff, health, logs } from '../commands/inspect.ts';
import { freeze, lock, unfreeze, unlock } from '../commands/locks.ts';
import { help, history, status } from '../commands/status.ts';
import type { Answer, CommandListener, Interaction } from '../contract/interaction.ts';
import type { Command, CommandName } from '../grammar/commands.ts';

const listeners: { [Name in CommandName]: CommandListener<Name> } = {
  deploy,
  status,
  history,
  rollback,
  config,
  health,
  logs,
  diff,
  retry,
  restart,
  cancel,
  lock,
  unlock,
  freeze,
  unfreeze,
  form,
  help,
};

export const actions = [
  ...decisionButtons,
  ...deploymentButtons,
  ...inspectionButtons,
  ...homeButtons,
];

export function runCommand(command: Command, interaction: Interaction): Answer {
  // The type of `listeners` pairs each name with its own listener, which TypeScript loses in a lookup.
  // oxlint-disable-next-line no-unsafe-type-assertion
  const listener = listeners[command.kind] as CommandListener<CommandName>;
  return listener(command, interaction);
}
