import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect, type TLSSocket } from 'node:tls';
import { StageFailed } from '../../deploy/record/errors.ts';
import { raced } from '../ssh/deadline.ts';
import { propertyOf } from '../ssh/what-went-wrong.ts';

/**
 * TLS to a provider over a channel of the tunnel, from this process: the host sees what it would see of its
 * own traffic, and needs no tool. The certificates that this machine trusts are those that count.
 */
export async function overTls(
  channel: Duplex,
  { hostname }: URL,
  { what, host, stops }: { what: string; host: string; stops: AbortSignal[] },
): Promise<TLSSocket> {
  const { promise, resolve, reject } = Promise.withResolvers<TLSSocket>();
  // A name is sent along; an address must not be, and is compared with the certificate all the same.
  const name = isIP(hostname) === 0 ? { servername: hostname } : { host: hostname };
  const socket = connect({ socket: channel, ALPNProtocols: ['http/1.1'], ...name });
  socket.once('secureConnect', () => resolve(socket));
  // Stays on: an error that comes after the answer has nobody else to hear it.
  socket.on('error', (error) => reject(refused(error, what, host)));
  try {
    return await raced(promise, ...stops);
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
