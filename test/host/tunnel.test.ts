import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { Host, Hosts } from '../../src/deploy/ports.ts';
import { createHosts } from '../../src/host/hosts.ts';
import { portOf, silent, startServer, type TestServer } from './support/ssh-server.ts';

const { signal } = new AbortController();
let server: TestServer;
let hosts: Hosts;
let host: Host;
let service: Server;
let url: URL;
let handle: RequestListener;
beforeEach(async () => {
  server = await startServer();
  hosts = createHosts({ log: silent });
  host = await hosts.open(server.settings, signal);
  service = createServer((request, response) => handle(request, response));
  service.listen(0, '127.0.0.1');
  await once(service, 'listening');
  url = new URL(`http://127.0.0.1:${portOf(service)}/health?a=b`);
});
afterEach(async () => {
  await hosts.closeAll();
  service.closeAllConnections();
  service.close();
  await server.close();
});

const get = (timeoutMs = 2_000) => host.get(url, { timeoutMs, signal });

describe('the tunnel', () => {
  test('answers with status, headers and body, again and again', async () => {
    handle = (request, response) => {
      response.writeHead(503, { 'x-version': 'abc' }).end(`${request.url} ${request.headers.host}`);
    };
    for (const _ of [1, 2, 3]) {
      expect(await get()).toEqual({
        status: 503,
        headers: expect.objectContaining({ 'x-version': 'abc' }),
        body: `/health?a=b ${url.host}`,
        ms: expect.any(Number),
      });
    }
  });

  test('nothing listening on the host is not a lost link', async () => {
    service.close();
    await once(service, 'close');
    await expect(get()).rejects.toMatchObject({ name: 'StageFailed', code: 'connection-refused' });
  });

  test('a service that hangs is the service, a frozen link is the link', async () => {
    handle = () => {};
    await expect(get(200)).rejects.toMatchObject({ name: 'StageFailed', code: 'no-answer' });
    handle = () => server.freeze();
    await expect(get(200)).rejects.toMatchObject({ name: 'OutcomeUnknown', code: 'timed-out' });
  });

  test('a service that breaks off is the service, a cut link is the link', async () => {
    handle = (_request, response) => response.destroy();
    await expect(get()).rejects.toMatchObject({ name: 'StageFailed', code: 'bad-answer' });
    handle = () => server.cut();
    await expect(get()).rejects.toMatchObject({ name: 'OutcomeUnknown', code: 'link-lost' });
  });

  test('a body over 1 MB is not read', async () => {
    handle = (_request, response) => void response.end(Buffer.alloc(2 * 1024 * 1024));
    await expect(get()).rejects.toMatchObject({
      code: 'bad-answer',
      message: expect.stringContaining('longer than 1 MB'),
    });
  });
});
