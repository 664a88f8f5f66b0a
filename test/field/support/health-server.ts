import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { promisify } from 'node:util';
import { probe, type Health } from '../../../src/deploy/health/probe.ts';
import { healthRequest } from '../../../src/deploy/health/health-request.ts';
import { httpGet } from '../../../src/host/tunnel/http-get.ts';
import type { Host } from '../../../src/deploy/ports/ports.ts';
import { targetWith } from '../../support/target.ts';

const noScript = () => Promise.reject(new Error('no script is run'));

/** A service on this machine, asked as a host asks it: by the bot's own HTTP client and by the guard's Python. */
export interface HealthServer {
  answer: (request: IncomingMessage, response: ServerResponse) => void;
  /** What the bot makes of it, with these settings of `health`. */
  asked(health: object): Promise<Health>;
  /** Whether the guard takes it for well. */
  guarded(health: object): Promise<boolean>;
  close(): void;
}

export async function startHealthServer(): Promise<HealthServer> {
  const server: Server = createServer((request, response) => one.answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('it has no port');
  const { port } = address;
  const url = new URL(`http://127.0.0.1:${port}/health`);
  const host: Pick<Host, 'get'> & { name: string } = {
    name: 'host-1',
    get: (to, options) => httpGet(connect(port, '127.0.0.1'), to, options),
  };
  const one: HealthServer = {
    answer: (_request, response) => response.end(),
    asked(health) {
      const target = targetWith({ service: { health: { path: '/health', ...health } } });
      const asking = {
        ...host,
        run: noScript,
        runEarly: () => undefined,
        prepareChannel: () => undefined,
      };
      return probe(asking, url, target, AbortSignal.timeout(5_000));
    },
    async guarded(health) {
      const target = targetWith({ service: { health: { path: '/health', ...health } } });
      const { healthy, degraded, allow_degraded, status = '' } = target.settings.health;
      const well = JSON.stringify({ healthy, degraded: allow_degraded ? degraded : [] });
      const { headers, timeoutMs } = healthRequest(target);
      const words = ['-c', guardPython(), url.href, status, well, String(timeoutMs / 1_000)];
      const environment = { ...process.env, ARGO_HEADERS: JSON.stringify(headers) };
      return promisify(execFile)('python3', words, { env: environment }).then(
        () => true,
        () => false,
      );
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
  return one;
}

/** The text that guard.sh hands to Python. */
function guardPython(): string {
  const script = readFileSync(
    new URL('../../../src/host/scripts/guard.sh', import.meta.url),
    'utf8',
  );
  const [, text] = /<<'END' 2>\/dev\/null\n([^]*?)\nEND\n/.exec(script) ?? [];
  if (text === undefined) throw new Error('guard.sh has no Python in it');
  return text;
}
