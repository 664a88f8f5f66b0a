// Decides why a script did not start: login shell, start files, forced command, or sudo.
import { OutcomeUnknown, StageFailed } from '../../deploy/record/errors.ts';
import { cleanEnd } from '../../deploy/secrets/clean-ends.ts';
import type { CommandEnd } from '../ssh/run-channel.ts';
import type { ScriptRun } from './interpret-exit.ts';
import { inputCutCode, inputAsCommandsCode } from './script-text.ts';
import { explainSudoRefusal } from './sudo-refused.ts';

/** How many characters at the end of the output are searched for the cause. */
const MAX_OUTPUT = 16_384;

export async function explainNotStarted(
  run: ScriptRun,
  ended: CommandEnd,
  rules: string,
): Promise<StageFailed> {
  const { what, host, user } = run;
  const stderr = await cleanEnd(run.redact, ended.stderr, MAX_OUTPUT);
  const wrote = (await cleanEnd(run.redact, `${ended.stdout}\n${ended.stderr}`, MAX_OUTPUT)).trim();
  const log = wrote === '' ? undefined : wrote.slice(-8_000);
  const refusal = user === 'root' ? undefined : explainSudoRefusal({ user, stderr, rules });
  if (refusal !== undefined) {
    return new StageFailed(`argo-bot needs root on ${host}, but ${refusal.why}`, {
      code: 'sudo-refused',
      next: sudoNext(host, refusal.next),
      host,
      log: [wrote, ...allRights(host, refusal.next)].filter(Boolean).join('\n') || undefined,
    });
  }
  const { why, next } = shellFault(run, ended, wrote);
  const quoted = wrote === '' ? 'it wrote nothing' : `it wrote: ${shortened(wrote)}`;
  return new StageFailed(`${what} was not run on ${host}: ${why}; ${quoted}`, {
    code: 'login-shell',
    next,
    host,
    log,
  });
}

/** Returns the next step: `argo-bot host setup` instead of a sudo rule that lets the bot run anything as root. */
function sudoNext(host: string, next: string): string {
  if (!needsRule(next)) return asRoot(host, next);
  return `on the bot's machine: \`argo-bot host setup --host ${host} --as YOU\`, where YOU is your own user on ${host}, who may use sudo there.`;
}

const needsRule = (next: string): boolean => next.includes('zz-argo-bot');

function asRoot(host: string, next: string): string {
  return `as root on ${host}: ${next.includes('`') ? next : `\`${next}\``}`;
}

/** Returns lines for the log that say how to let the bot run anything as root. */
function allRights(host: string, next: string): string[] {
  return needsRule(next) ? [`To give argo-bot all rights instead, ${asRoot(host, next)}.`] : [];
}

/** The outcome is unknown, because a frozen connection looks like a login shell that hangs. */
export function shellTimedOut({ what, host, user }: ScriptRun, timeoutMs: number): OutcomeUnknown {
  return new OutcomeUnknown(
    `${what} did not start on ${host} within ${timeoutMs / 1000} s: the login shell of ${user} did not run /bin/sh, or the connection is frozen`,
    {
      code: 'timed-out',
      next: `log in: \`ssh ${user}@<address of ${host}> true\`. If that waits too, find out in .bashrc or .profile what the shell waits for.`,
      host,
    },
  );
}

const shortened = (text: string): string =>
  text.split('\n').slice(-3).join(' ').replaceAll(/\s+/g, ' ').slice(-300);

/** Recognizes login shells that refuse every command by their messages. */
const refusingShells: { says: RegExp; name: string }[] = [
  { says: /This account is currently not available/, name: 'nologin' },
  { says: /git-shell|[Ii]nteractive git shell|unrecognized command '/, name: 'git-shell' },
  { says: /sftp connections only/, name: 'an sshd that allows nothing but sftp (ForceCommand)' },
  { says: /\brbash\b|restricted: cannot|: restricted$/m, name: 'rbash, a restricted shell' },
  { says: /rssh|scponly|lshell/, name: 'a restricted shell' },
];

function shellFault(
  { host, user }: ScriptRun,
  { code, signal }: CommandEnd,
  wrote: string,
): { why: string; next: string } {
  const starts = `the start files of ${user}'s login shell (.bashrc, .profile, .zshenv, config.fish)`;
  if (code === inputCutCode) {
    return {
      why: `${starts} read the input that was meant for the script`,
      next: `on ${host}, make this the first line of ~${user}/.bashrc, so that it ends in sessions without a terminal: \`case $- in *i*) ;; *) return ;; esac\``,
    };
  }
  if (code === inputAsCommandsCode) {
    return {
      why: `${starts} start another shell, which runs its input as commands`,
      next: `on ${host}, start it in sessions with a terminal only: \`case $- in *i*) exec zsh ;; esac\`. Or change the login shell as root: \`chsh -s /usr/bin/zsh ${user}\``,
    };
  }
  if (/password has expired|[Pp]assword change required/.test(wrote)) {
    return {
      why: `the password of ${user} has expired, so sshd runs no command`,
      next: `as root on ${host}: \`chage -M -1 ${user}\``,
    };
  }
  const how = code === null ? `was ended by signal ${signal}` : `exited ${code}`;
  const known = refusingShells.find(({ says }) => says.test(wrote))?.name ?? shellNameIn(wrote);
  const named = known === undefined ? '' : `, ${known},`;
  return {
    why: `the login shell of ${user}${named} ${how} without running /bin/sh`,
    next: `as root on ${host}: \`usermod -s /bin/bash ${user}\`. Then remove \`command=\` from ~${user}/.ssh/authorized_keys, because it replaces every script.`,
  };
}

/** Returns the shell's name from its error message, such as `tcsh: exec: Command not found.` */
function shellNameIn(wrote: string): string | undefined {
  return /^-?(?:\/\S*\/)?([a-z]*sh|nu|elvish|xonsh|fish|pwsh): /m.exec(wrote)?.[1];
}
