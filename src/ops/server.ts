// Serves `/health`, `/metrics` and the board over HTTP.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Misconfigured } from '../deploy/record/errors.ts';
import { healthOf, type Check } from './health.ts';
import type { Metrics } from './metrics.ts';

/** The path of the board. It is not in board.ts, whose code is loaded only if a login for the board is set. */
export const BOARD = '/queues';

export interface OpsOptions {
  host: string;
  port: number;
  /** Read for each request, because checks are added while the process starts. */
  checks: Iterable<Check>;
  metrics: Pick<Metrics, 'contentType' | 'text'>;
  board?: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;
}

export interface Ops {
  port: number;
  stop(): Promise<void>;
}

/** Starts the HTTP server. Fails with Misconfigured (`ops-address`) if the address is in use. */
export async function startOps(options: OpsOptions): Promise<Ops> {
  const { host, port } = options;
  const server = createServer((request, response) => {
    answer(options, request, response).catch(() => response.destroy());
  });
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new Misconfigured(`Nothing can listen on ${host}:${port} (ARGO_HTTP): ${String(error)}`, {
      code: 'ops-address',
      next: 'Set ARGO_HTTP to a free port of this machine; the bot and the worker each need their own.',
      cause: error,
    });
  }
  const bound = server.address();
  return {
    port: typeof bound === 'object' && bound !== null ? bound.port : port,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(
  { checks, metrics, board }: OpsOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  if (board && (pathname === BOARD || pathname.startsWith(`${BOARD}/`)))
    return board(request, response);
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return send(response, 405, 'text/plain', 'Only to be read.\n');
  if (pathname === '/health') {
    const health = await healthOf(checks);
    const status = health.status === 'ok' ? 200 : 503;
    return send(response, status, 'application/json', `${JSON.stringify(health)}\n`);
  }
  if (pathname === '/metrics')
    return send(response, 200, metrics.contentType, await metrics.text());
  return send(response, 404, 'text/plain', 'There is /health and /metrics.\n');
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
  response.end(body);
}
