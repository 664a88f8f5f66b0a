import { request, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { HttpAnswer } from '../deploy/ports.ts';

const bodyBytes = 1024 * 1024;

/** One GET over an open stream, which ends with it. */
export async function httpGet(channel: Duplex, url: URL): Promise<HttpAnswer> {
  const began = performance.now();
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const sent = request(url, {
    createConnection: () => channel,
    headers: { connection: 'close', 'user-agent': 'argo-bot' },
  });
  sent.on('response', resolve);
  sent.on('error', reject);
  sent.end();
  try {
    const response = await promise;
    const body = await readBody(response);
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

async function readBody(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    const buffer = Buffer.from(chunk);
    bytes += buffer.length;
    if (bytes > bodyBytes) throw new Error('the body is longer than 1 MB');
    chunks.push(buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}
