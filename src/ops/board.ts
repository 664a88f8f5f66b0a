// Serves BullMQ's board read-only, behind a login, with secrets masked.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { ExpressAdapter } from '@bull-board/express';
import type { Queue } from 'bullmq';
import type { Redactor } from '../deploy/secrets/redactor.ts';
import { cleanJson } from '../deploy/secrets/clean-record.ts';
import { createLogin } from './login.ts';
import { BOARD } from './server.ts';

export interface BoardOptions {
  queues: readonly Queue[];
  user: string;
  password: string;
  redactor: Redactor;
}

/** No other site may embed the board, and the board may load nothing from other sites, such as bull-board's font. */
const headers = {
  'content-security-policy':
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'self'; form-action 'none'; frame-ancestors 'none'",
  'x-frame-options': 'DENY',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

/** Returns a handler for requests to `/queues`. Nobody can change anything through it. */
export function createBoard({ queues, user, password, redactor }: BoardOptions) {
  const login = createLogin(user, password);
  const adapter = new ExpressAdapter();
  adapter.setBasePath(BOARD);
  createBullBoard({
    queues: queues.map((queue) => new BullMQAdapter(queue, { readOnlyMode: true })),
    serverAdapter: adapter,
    options: { uiConfig: { boardTitle: 'argo-bot', hideRedisDetails: true } },
  });
  const show = adapter.getRouter();
  return (request: IncomingMessage, response: ServerResponse): void => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    const entry = login(request.socket.remoteAddress ?? '', request.headers.authorization);
    if (entry === 'barred') return refuse(response, 429, { 'retry-after': '60' });
    if (entry !== 'in')
      return refuse(response, 401, { 'www-authenticate': 'Basic realm="argo-bot"' });
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return refuse(response, 405, { allow: 'GET, HEAD' });
    // The router is not mounted by Express, so remove the prefix here.
    request.url = (request.url ?? '').slice(BOARD.length) || '/';
    if (request.url.startsWith('/api/')) maskSecrets(response, redactor);
    show(request, response);
  };
}

function refuse(response: ServerResponse, status: number, more: Record<string, string>): void {
  response.writeHead(status, { 'content-type': 'text/plain', ...more });
  response.end(`${status === 401 ? 'Log in to look at the queue.' : 'Not here, or not now.'}\n`);
}

/** Masks secrets in the response: job data, results, failure reasons and stack traces. */
function maskSecrets(response: ServerResponse, redactor: Redactor): void {
  const end = response.end.bind(response);
  const clean = (chunk: unknown): Buffer => {
    const text = typeof chunk === 'string' || Buffer.isBuffer(chunk) ? chunk.toString() : '';
    return Buffer.from(cleanJson(redactor, text));
  };
  // Express sends JSON with one call of `end`. A call of `write` would bypass the redactor, so it fails.
  response.write = () => {
    throw new Error('the board answers in one piece');
  };
  response.end = (chunk?: unknown) => {
    const body = clean(chunk);
    if (!response.headersSent) response.setHeader('content-length', body.length);
    return end(body);
  };
}
