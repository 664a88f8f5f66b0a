// Sends one HTTP or HTTPS request over a tunnel channel, and reads the answer up to 1 MB.
import { request, type IncomingMessage } from 'node:http';
import { Agent, request as secureRequest } from 'node:https';
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import type { GetOptions, HttpAnswer } from '../../deploy/ports/ports.ts';

const bodyBytes = 1024 * 1024;

/** The TLS handshake failed, or the bot does not trust the certificate. The request was not sent. */
export class TlsFailed extends Error {}
export class BodyTooLong extends Error {}

/** Skips the body of the answer if the request has secrets, which it may repeat. `ms` excludes the TLS handshake. */
export async function httpGet(
  channel: Duplex,
  url: URL,
  { method = 'GET', headers, secret }: Pick<GetOptions, 'method' | 'headers' | 'secret'> = {},
): Promise<HttpAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const options = {
    method,
    headers: {
      'user-agent': 'argo-bot',
      host: url.host,
      ...lowerCase(headers),
      ...lowerCase(secret?.headers),
      connection: 'close',
    },
  };
  const secure = url.protocol === 'https:';
  const sent = secure
    ? secureRequest(url, { ...options, agent: tlsOver(channel, url) })
    : request(url, { ...options, createConnection: () => channel });
  let began: number | undefined;
  const send = (): void => {
    began = performance.now();
    sent.end();
  };
  if (secure) sent.on('socket', (socket) => socket.once('secureConnect', send));
  else send();
  sent.on('response', resolve);
  sent.on('error', (error) =>
    reject(began === undefined ? new TlsFailed('no TLS connection', { cause: error }) : error),
  );
  try {
    const response = await promise;
    const body = secret ? '' : await readBody(response);
    return {
      status: response.statusCode ?? 0,
      headers: Object.fromEntries(
        Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
      ),
      body,
      ms: Math.round(performance.now() - (began ?? 0)),
    };
  } finally {
    sent.destroy();
  }
}

/** TLS ends in this process and uses this machine's certificate authorities. SNI must not contain an IP address. */
function tlsOver(channel: Duplex, { hostname }: URL): Agent {
  const servername = isIP(hostname) === 0 ? hostname : '';
  return new Agent({ socket: channel, servername, ALPNProtocols: ['http/1.1'] });
}

/** Lower-cases the names, so that a caller's Host header replaces the default: servers refuse two Host headers. */
function lowerCase(headers: Record<string, string> = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
}

async function readBody(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    const buffer = Buffer.from(chunk);
    bytes += buffer.length;
    if (bytes > bodyBytes) throw new BodyTooLong('the body is longer than 1 MB');
    chunks.push(buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}
