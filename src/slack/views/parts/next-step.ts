// Writes the line that says what to do next, with the flags that the reader's command needs.
import { BOT } from '../../../deploy/record/events.ts';
import type { Lock } from '../../../deploy/history/records.ts';
import { commands, isCommandName } from '../../grammar/commands.ts';
import { advice, person } from './text.ts';

/** `flags`: `--service` and `--env` with their values; empty if argo.yml has only one environment. */
export interface Named {
  flags?: string | undefined;
}

/** Returns `*Next:* ` and the step in lower case; escaped. */
export function nextStep(next: string, target?: Named): string {
  const text = withRestart(next).replace(/^[A-Z](?=[a-z]* )/, (letter) => letter.toLowerCase());
  return `*Next:* ${advice(withFlags(text, target), 500) || 'read the log of the worker.'}`;
}

/** Replaces “try again” and `/argo retry` in a next step by the command that repeats what failed. */
export function repeatedBy(command: string, next: string): string {
  return next.replaceAll(/`[^`]*`|\btry again\b/gi, (found) =>
    found.startsWith('`') && found !== '`/argo retry`' ? found : `\`${command}\``,
  );
}

/** Replaces “restart argo-bot” by the command that does it, and where to run it. */
function withRestart(next: string): string {
  return next.replaceAll(/`[^`]*`|\brestart argo-bot\b(?!:)/gi, (found) =>
    found.startsWith('`')
      ? found
      : `${found.startsWith('R') ? 'Run' : 'run'} \`sudo systemctl restart argo-bot\` on the bot's machine`,
  );
}

/** Adds the target's flags to each `/argo` command in backticks, so that people can paste it. */
export function withFlags(text: string, { flags = '' }: Named = {}): string {
  if (flags === '') return text;
  return text.replaceAll(/`(\/argo ([a-z]+)[^`]*)`/g, (whole, command: string, name: string) => {
    const takesFlags = isCommandName(name) && commands[name].place !== false;
    return takesFlags && !command.includes(' --') ? `\`${command} ${flags}\`` : whole;
  });
}

/** `reader`: who reads the step, if it is known. */
export function unlockStep(
  { by, until }: Pick<Lock, 'by' | 'until'>,
  target?: Named,
  reader?: string,
): string {
  const wait = until === undefined ? '' : ', or wait until it ends';
  return `*Next:* ${askHolder(by, reader)}, then ${withFlags('`/argo unlock`', target)}${wait}.`;
}

/** argo-bot locks after a rollback. Nobody can be asked about such a lock, so people check the cause. */
export function askHolder(by: string, reader?: string): string {
  if (by === reader) return 'check that your reason no longer holds';
  return by === BOT
    ? 'check that the cause of the rollback is fixed'
    : `ask ${person(by)} whether the reason still holds`;
}
