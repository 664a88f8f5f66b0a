// Opens TLS over a tunnel channel, with the certificate authorities of the bot's machine.
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect, type TLSSocket } from 'node:tls';
import { StageFailed } from '../../deploy/record/errors.ts';
import { raceAbort } from '../ssh/deadline.ts';
import { propertyOf } from '../../deploy/untrusted/unknown-error.ts';

/** TLS ends in this process, so the host needs no tool. Fails with `tls-failed`, or the reason of `stops`. */
export async function connectTls(
  channel: Duplex,
  { hostname }: URL,
  { what, host, stops }: { what: string; host: string; stops: AbortSignal[] },
): Promise<TLSSocket> {
  const { promise, resolve, reject } = Promise.withResolvers<TLSSocket>();
  // SNI must not contain an IP address, but the certificate is compared with it.
  const name = isIP(hostname) === 0 ? { servername: hostname } : { host: hostname };
  const socket = connect({ socket: channel, ALPNProtocols: ['http/1.1'], ...name });
  socket.once('secureConnect', () => resolve(socket));
  // This listener stays, because an error after the answer has no other one.
  socket.on('error', (error) => reject(refused(error, what, host)));
  try {
    return await raceAbort(promise, ...stops);
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

function refused(error: Error, what: string, host: string): StageFailed {
  const code = propertyOf(error, 'code');
  const why = typeof code === 'string' ? code : 'no reason given';
  return new StageFailed(`${what} on ${host}: no TLS connection (${why})`, {
    code: 'tls-failed',
    next: 'Look at the certificate of that address, as seen from the host; nothing was sent.',
    host,
    cause: error,
  });
}
