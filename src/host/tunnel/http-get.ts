// Sends one HTTP request over an open stream, and reads the answer up to 1 MB.
import { request, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { GetOptions, HttpAnswer } from '../../deploy/ports/ports.ts';

const bodyBytes = 1024 * 1024;

/** Destroys the stream at the end. Does not read the body of an answer to a secret request. `ms` is until its end. */
export async function httpGet(
  channel: Duplex,
  url: URL,
  { method = 'GET', headers, secret }: Pick<GetOptions, 'method' | 'headers' | 'secret'> = {},
): Promise<HttpAnswer> {
  const began = performance.now();
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  // The stream is already encrypted if the URL is https, so plain HTTP goes into it.
  const sent = request(asPlain(url), {
    method,
    createConnection: () => channel,
    headers: {
      'user-agent': 'argo-bot',
      host: url.host,
      ...lowerCase(headers),
      ...lowerCase(secret?.headers),
      connection: 'close',
    },
  });
  sent.on('response', resolve);
  sent.on('error', reject);
  sent.end();
  try {
    const response = await promise;
    const body = secret ? '' : await readBody(response);
    return {
      status: response.statusCode ?? 0,
      headers: Object.fromEntries(
        Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
      ),
      body,
      ms: Math.round(performance.now() - began),
    };
  } finally {
    sent.destroy();
  }
}

/** Lower case, so that a given Host replaces ours: servers refuse two. */
function lowerCase(headers: Record<string, string> = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
}

function asPlain(url: URL): URL {
  return new URL(`http://${url.host}${url.pathname}${url.search}`);
}

export class BodyTooLong extends Error {}

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
