// Decides which listener runs for a command or a button. A command without a listener does not compile.
import { acknowledge } from '../actions/acknowledge.ts';
import { approve } from '../actions/approve.ts';
import { approveWithNote, breakGlass, reject } from '../actions/decision-forms.ts';
import { details } from '../actions/details.ts';
import { deployOther } from '../actions/deploy-other.ts';
import { homeActions } from '../actions/home.ts';
import { shareInspection, wholeLog } from '../actions/inspection.ts';
import { leaveQueue } from '../actions/leave-queue.ts';
import { retry as retryButton } from '../actions/retry.ts';
import { rollback as rollbackButton } from '../actions/rollback.ts';
import { showLog } from '../actions/show-log.ts';
import { snooze } from '../actions/snooze.ts';
import { unlock as unlockButton } from '../actions/unlock.ts';
import { waitAnyway } from '../actions/wait-anyway.ts';
import type { Interaction, Reply } from '../contract/interaction.ts';
import { cancel } from '../commands/cancel.ts';
import { config } from '../commands/config.ts';
import { deploy } from '../commands/deploy.ts';
import type { Command, CommandName } from '../grammar/commands.ts';
import { freeze, unfreeze } from '../commands/freeze.ts';
import { form } from '../commands/form.ts';
import { help } from '../requests/help.ts';
import { history } from '../commands/history.ts';
import type { CommandListener } from '../contract/command-listener.ts';
import { diff, health, logs } from '../commands/inspect.ts';
import { lock } from '../commands/lock.ts';
import { restart } from '../commands/restart.ts';
import { retry } from '../commands/retry.ts';
import { rollback } from '../commands/rollback.ts';
import { status } from '../commands/status.ts';
import { unlock } from '../commands/unlock.ts';
import type { SlackPorts } from '../contract/ports.ts';
import { ids } from '../contract/values.ts';

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
  approve,
  approveWithNote,
  breakGlass,
  reject,
  details,
  rollbackButton,
  retryButton,
  showLog,
  shareInspection,
  wholeLog,
  acknowledge,
  snooze,
  deployOther,
  leaveQueue,
  waitAnyway,
  unlockButton,
  ...homeActions,
];

/** Buttons that stop or undo something. Their clicks count against a separate rate limit. */
export const urgentActions: ReadonlySet<string> = new Set([
  ids.rollback,
  ids.reject,
  ids.breakGlass,
  ids.leaveQueue,
  ids.homeRollback,
  ids.homeUnlock,
  ids.unlock,
]);

export function runCommand(
  command: Command,
  interaction: Interaction,
  ports: SlackPorts,
): Promise<Reply | undefined> {
  // The type of `listeners` pairs each name with its own listener, which TypeScript loses in a lookup.
  // oxlint-disable-next-line no-unsafe-type-assertion
  const listener = listeners[command.kind] as CommandListener<CommandName>;
  return listener(command, interaction, ports);
}
