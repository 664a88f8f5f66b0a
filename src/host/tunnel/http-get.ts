import { request, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { GetOptions, HttpAnswer } from '../../deploy/ports/ports.ts';

const bodyBytes = 1024 * 1024;

/** One question over an open stream, which ends with it. Of an answer to a secret request only the head is read. */
export async function httpGet(
  channel: Duplex,
  url: URL,
  { method = 'GET', headers, secret }: Pick<GetOptions, 'method' | 'headers' | 'secret'> = {},
): Promise<HttpAnswer> {
  const began = performance.now();
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  // Over TLS the stream is encrypted already, so this speaks plain HTTP into it.
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

/** One of each name: a second Host would be refused by every server. */
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
