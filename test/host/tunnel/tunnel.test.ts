import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { getEventListeners, once } from 'node:events';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createNetServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import type { Host, Hosts } from '../../../src/deploy/ports/ports.ts';
import { createHosts } from '../../../src/host/hosts.ts';
import { holdTimeLimits } from '../../support/time-limits.ts';
import { portOf, silent, startServer, type TestServer } from '../support/ssh-server.ts';

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
  jest.useRealTimers();
  await hosts.closeAll();
  service.closeAllConnections();
  service.close();
  await server.close();
});

const get = (timeoutMs = 25_000) => host.get(url, { timeoutMs, signal });

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
        connectMs: expect.any(Number),
      });
    }
  });

  test('leaves no listener on its signals, however often a watch asks', async () => {
    handle = (_request, response) => void response.end();
    await get();
    const signals = new Set<EventTarget>([signal]);
    const added = jest.spyOn(EventTarget.prototype, 'addEventListener');
    const count = (): number =>
      [...signals].reduce((all, one) => all + getEventListeners(one, 'abort').length, 0);
    try {
      await get();
      for (const one of added.mock.contexts) if (one instanceof AbortSignal) signals.add(one);
      const before = count();
      for (let at = 0; at < 20; at += 1) await get();
      expect(count()).toBe(before);
    } finally {
      added.mockRestore();
    }
  });

  test('asks with HEAD where that is wanted', async () => {
    handle = (request, response) => response.setHeader('x-asked', request.method ?? '').end('body');
    const options = { method: 'HEAD', timeoutMs: 25_000, signal } as const;
    expect(await host.get(url, options)).toMatchObject({
      status: 200,
      headers: { 'x-asked': 'HEAD' },
      body: '',
    });
  });

  test('nothing listening on the host is not a lost link', async () => {
    service.close();
    await once(service, 'close');
    await expect(get()).rejects.toMatchObject({ name: 'StageFailed', code: 'connection-refused' });
  });

  test('a service that hangs is the service, a frozen link is the link', async () => {
    const pass = holdTimeLimits();
    handle = () => pass(200);
    await expect(get(200)).rejects.toMatchObject({ name: 'StageFailed', code: 'no-answer' });
    handle = () => {
      server.freeze();
      pass(200);
      jest.useRealTimers();
    };
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

describe('a request with a key in it', () => {
  const KEY = 'pk8Qz3vT1mXw7Yb2Nc5Rd9Le4Gh6Jf0S';
  const secret = { headers: { authorization: `Bearer ${KEY}` }, shown: 'GET …?key={value}' };
  const ask = (to: URL) => host.get(to, { timeoutMs: 25_000, signal, secret });

  test('carries its headers, is told as it is declared, and leaves the body unread', async () => {
    let seen: string | undefined;
    handle = ({ headers }, response) => {
      seen = headers.authorization;
      response.end(Buffer.alloc(2 * 1024 * 1024));
    };
    expect(await ask(url)).toMatchObject({ status: 200, body: '' });
    expect(seen).toBe(`Bearer ${KEY}`);
    handle = (_request, response) => response.destroy();
    const failed = ask(new URL(`${url.origin}/?key=${KEY}`));
    await expect(failed).rejects.toMatchObject({
      message: expect.stringContaining('closed the connection'),
    });
    await expect(failed).rejects.not.toMatchObject({ message: expect.stringContaining(KEY) });
  });

  describe('over TLS', () => {
    let folder: string;
    let provider: Server;
    /** Authorization of every request that came as far as the provider. */
    let received: (string | undefined)[];
    const usual = getCACertificates('default');
    const file = (name: string) => readFileSync(join(folder, name));

    beforeEach(async () => {
      folder = mkdtempSync(join(tmpdir(), 'tunnel-test-'));
      const args = [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
      ];
      const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
      execFileSync('openssl', [...args, ...names, '-keyout', 'key.pem', '-out', 'cert.pem'], {
        cwd: folder,
        stdio: 'ignore',
      });
      const keys = { key: file('key.pem'), cert: file('cert.pem') };
      received = [];
      provider = createTlsServer(keys, ({ headers }, response) => {
        received.push(headers.authorization);
        response.writeHead(headers.authorization === `Bearer ${KEY}` ? 200 : 401).end();
      });
      provider.listen(0, '127.0.0.1');
      await once(provider, 'listening');
    });
    afterEach(() => {
      setDefaultCACertificates(usual);
      provider.closeAllConnections();
      provider.close();
      rmSync(folder, { recursive: true });
    });

    test('reaches the provider whose certificate and name are right', async () => {
      setDefaultCACertificates([...usual, file('cert.pem').toString()]);
      const to = new URL(`https://localhost:${portOf(provider)}/v1/me`);
      expect(await ask(to)).toMatchObject({ status: 200 });
      expect(received).toEqual([`Bearer ${KEY}`]);
      to.hostname = '127.0.0.1';
      await expect(ask(to)).rejects.toMatchObject({
        code: 'tls-failed',
        message: expect.stringContaining('ERR_TLS_CERT_ALTNAME_INVALID'),
      });
      expect(received).toHaveLength(1);
    });

    test('sends nothing to one that cannot prove who it is', async () => {
      const to = new URL(`https://localhost:${portOf(provider)}/v1/me`);
      await expect(ask(to)).rejects.toMatchObject({ name: 'StageFailed', code: 'tls-failed' });
      // The server has read all that was sent once the connection has ended.
      provider.closeAllConnections();
      await new Promise((closed) => provider.close(closed));
      expect(received).toEqual([]);
    });

    test('ends with a provider that never answers the handshake, and leaves nothing open', async () => {
      const pass = holdTimeLimits();
      const mute = createNetServer((connection) => {
        connection.resume().once('data', () => pass(300));
      });
      mute.listen(0, '127.0.0.1');
      await once(mute, 'listening');
      const to = new URL(`https://localhost:${portOf(mute)}/`);
      const asked = host.get(to, { timeoutMs: 300, signal, secret });
      await expect(asked).rejects.toMatchObject({ name: 'StageFailed', code: 'no-answer' });
      // Calls back once its last connection has ended.
      await new Promise((closed) => mute.close(closed));
    });

    test('to a port that does not speak TLS fails as that', async () => {
      handle = (_request, response) => void response.end();
      await expect(ask(new URL(`https://localhost:${url.port}/`))).rejects.toMatchObject({
        code: 'tls-failed',
      });
    });
  });
});
