// Sends an HTTP request from a host's own network, through the SSH connection.
import { setImmediate } from 'node:timers/promises';
import type { ClientChannel } from 'ssh2';
import { StageFailed } from '../../deploy/record/errors.ts';
import type { GetOptions, HttpAnswer } from '../../deploy/ports/ports.ts';
import type { SshConnection } from '../ssh/connect.ts';
import { raceAbort, withDeadline } from '../ssh/deadline.ts';
import { connectionLost, notStarted, timedOut } from '../ssh/failures.ts';
import { BodyTooLong, httpGet, TlsFailed } from './http-get.ts';
import type { ScriptHost } from '../run/run-script.ts';
import { propertyOf } from '../../deploy/untrusted/unknown-error.ts';

/** A connection without a reply within this time counts as frozen. */
const echoMs = 2_000;

/** Sends a request from the host's network. Fails with StageFailed, HostUnreachable, OutcomeUnknown or Interrupted. */
export async function getThroughTunnel(
  scriptHost: ScriptHost,
  url: URL,
  { method = 'GET', timeoutMs, signal, headers, secret }: GetOptions,
): Promise<HttpAnswer> {
  const host = scriptHost.settings.name;
  const what = secret?.shown ?? `${method} ${url.href}`;
  let late = (): Error => notStarted(what, host, timeoutMs);
  const bounds = { timeoutMs, signal, late: () => late(), what: `${what} on ${host}` };
  let connection: SshConnection | undefined;
  try {
    return await withDeadline(bounds, async (stop) => {
      connection = await scriptHost.openConnection(stop);
      late = () => timedOut(what, host, timeoutMs);
      const began = performance.now();
      const channel = await openChannel(connection, url, what, host, stop);
      const connectMs = performance.now() - began;
      late = () => noAnswer(host, timeoutMs);
      try {
        const answer = httpGet(channel, url, { method, headers, secret });
        const answered = await raceAbort(
          answer.catch((error: unknown) => Promise.reject(noHttp(what, host, error))),
          stop,
          connection.lost,
        );
        return { ...answered, connectMs };
      } finally {
        channel.destroy();
      }
    });
  } catch (error) {
    // A frozen connection looks like a hung service. Test the connection before blaming the service.
    const blamesService = error instanceof StageFailed && error.code !== 'connection-refused';
    if (!blamesService || connection === undefined || (await isAlive(connection))) throw error;
    throw connection.lost.aborted ? connection.lost.reason : timedOut(what, host, timeoutMs);
  }
}

async function openChannel(
  connection: SshConnection,
  url: URL,
  what: string,
  host: string,
  stop: AbortSignal,
): Promise<ClientChannel> {
  const { promise, resolve, reject } = Promise.withResolvers<ClientChannel>();
  const usual = url.protocol === 'https:' ? 443 : 80;
  const port = url.port === '' ? usual : Number(url.port);
  const address = url.hostname.replaceAll(/^\[|\]$/g, '');
  let over = false;
  try {
    connection.client.forwardOut('127.0.0.1', 0, address, port, (error, channel) => {
      if (error !== undefined) reject(refused(error, { what, host, port }));
      else if (over) channel.destroy();
      else resolve(channel);
    });
    return await raceAbort(promise, stop, connection.lost);
  } finally {
    over = true;
  }
}

/** RFC 4254: reason 2 means that the host could not connect to the port. Other reasons are refusals of sshd. */
function refused(
  error: Error,
  { what, host, port }: { what: string; host: string; port: number },
): Error {
  const reason = propertyOf(error, 'reason');
  if (reason === undefined) return connectionLost(host, error);
  if (reason === 2) {
    const why = error.message.replace(/^.*failure: /, '');
    const seen = /^(?:Connection refused)?$/i.test(why) ? '' : ` (${why})`;
    return new StageFailed(`nothing listens on port ${port}${seen}`, {
      code: 'connection-refused',
      next: 'read `/argo logs`: the service has not opened this port.',
      host,
      cause: error,
    });
  }
  return new StageFailed(`${what}: sshd on ${host} refuses tunnels`, {
    code: 'tunnel-refused',
    next: `set AllowTcpForwarding local in /etc/ssh/sshd_config on ${host}, and remove "restrict" and "no-port-forwarding" from authorized_keys.`,
    host,
    cause: error,
  });
}

function noAnswer(host: string, timeoutMs: number): StageFailed {
  return new StageFailed(`no answer within ${timeoutMs / 1_000} s`, {
    code: 'no-answer',
    next: 'read `/argo logs`: the service accepts connections but does not answer.',
    host,
  });
}

function noHttp(what: string, host: string, error: unknown): StageFailed {
  if (error instanceof TlsFailed) {
    const code = propertyOf(error.cause, 'code');
    const why = typeof code === 'string' ? code : 'no reason given';
    return new StageFailed(`${what} on ${host}: no TLS connection (${why})`, {
      code: 'tls-failed',
      next: `check the certificate of that address with \`curl -v\` on ${host}; nothing was sent.`,
      host,
      cause: error.cause,
    });
  }
  return new StageFailed(answerWords(error), {
    code: 'bad-answer',
    next: 'read `/argo logs`: the service accepted the connection, but did not answer with HTTP.',
    host,
    cause: error,
  });
}

/** Says why an answer broke off, instead of the messages of Node's parser and sockets. */
function answerWords(error: unknown): string {
  if (error instanceof BodyTooLong) return error.message;
  const code = propertyOf(error, 'code');
  if (typeof code === 'string' && code.startsWith('HPE_')) return 'its answer is not HTTP';
  return 'it closed the connection before its answer was complete';
}

/** Asks sshd to end a forwarding that does not exist. Any reply, also a refusal, proves that the connection works. */
async function isAlive(connection: SshConnection): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), echoMs);
  try {
    connection.client.unforwardIn('127.0.0.1', 1, () => resolve(true));
    const replied = await promise;
    // ssh2 also calls back just before it reports a lost connection, so wait for that report.
    await setImmediate();
    return replied && !connection.lost.aborted;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
