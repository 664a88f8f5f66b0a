// Creates the failures of SSH connections and their messages: lost, timed out, refused, never started.
import {
  HostUnreachable,
  isFailure,
  OutcomeUnknown,
  StageFailed,
} from '../../deploy/record/errors.ts';
import { formatBytes } from '../../deploy/untrusted/bytes.ts';
import { fileWords, connectionWords } from './error-words.ts';

/** The next step for a person when it is unknown whether a script did its work. */
const checkHost = (host: string): string =>
  `check ${host} with \`/argo health\`: it is not known whether this step was done there.`;

export function connectionLost(host: string, cause: Error | undefined): OutcomeUnknown {
  return new OutcomeUnknown(`the connection to ${host} was lost (${connectionWords(cause)})`, {
    code: 'link-lost',
    next: checkHost(host),
    host,
    cause,
  });
}

export function timedOut(what: string, host: string, timeoutMs: number): OutcomeUnknown {
  return new OutcomeUnknown(
    `${what} did not end on ${host} within ${timeoutMs / 1000} s, and may still run there`,
    { code: 'timed-out', next: checkHost(host), host },
  );
}

export function endedWithoutCode(what: string, host: string): OutcomeUnknown {
  return new OutcomeUnknown(
    `${what} ended on ${host} without an exit code: the connection or sshd's session was closed`,
    { code: 'no-exit-code', next: checkHost(host), host },
  );
}

/** A script failed on a host that shuts down. All calls of systemd fail there, so the script's error would mislead. */
export function goingDown(what: string, host: string, wrote: string): OutcomeUnknown {
  return new OutcomeUnknown(
    `${what} failed on ${host}: systemd is stopping or does not respond, as during a reboot (${wrote})`,
    {
      code: 'host-going-down',
      next: `wait until \`systemctl is-system-running\` on ${host} says running. Then ${checkHost(host)}`,
      host,
    },
  );
}

export function notSent(what: string, host: string): HostUnreachable {
  return new HostUnreachable(
    `${what} was not sent to ${host}, because the connection had just ended; nothing was done`,
    { code: 'link-lost', next: 'try again; argo-bot makes a new connection.', host },
  );
}

/** The time limit passed before anything was sent to the host. */
export function notStarted(what: string, host: string, timeoutMs: number): HostUnreachable {
  return new HostUnreachable(
    `${what} did not start on ${host} within ${timeoutMs / 1000} s: no connection or no free session; nothing was done`,
    {
      code: 'never-began',
      next: `check what still runs on ${host} (\`ps aux\`), then try again.`,
      host,
    },
  );
}

/** An error of ssh2 with a `reason` is a refusal of sshd. Without one, the connection was lost. */
export function channelRefused(what: string, host: string, error: Error): Error {
  if (!('reason' in error)) return connectionLost(host, error);
  return new HostUnreachable(
    `sshd on ${host} refused one more session for ${what}; nothing was done`,
    {
      code: 'session-refused',
      next: `set MaxSessions to 10 or more in /etc/ssh/sshd_config on ${host}; argo-bot uses at most 8.`,
      host,
      cause: error,
    },
  );
}

export function outputTooLong(
  what: string,
  host: string,
  name: string,
  limit: number,
): StageFailed {
  return new StageFailed(
    `${what} wrote more than ${formatBytes(limit)} to ${name} on ${host}; the rest was not read, and it may still run`,
    {
      code: 'output-too-long',
      next: `find out on ${host} why it writes so much, then try again.`,
      host,
    },
  );
}

/** Returns a Failure unchanged, because it already has a next step. */
export function payloadFailed(what: string, host: string, error: unknown): Error {
  if (isFailure(error)) return error;
  return new StageFailed(`${what}: the upload to ${host} broke off: ${fileWords(error)}`, {
    code: 'payload-failed',
    next: "fix that on the bot's machine, then try again. The host got only a part of the data.",
    host,
    cause: error,
  });
}
