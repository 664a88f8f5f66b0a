import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { startDelayProxy } from '../../../sandbox/host/delay-proxy.ts';
import type { DelayProxy } from '../../../sandbox/host/delay-proxy.ts';

let echo: Server;
let proxy: DelayProxy;
let client: Socket;

function echoAddress() {
  const bound = echo.address();
  if (bound === null || typeof bound === 'string') throw new Error('no port');
  return bound;
}

beforeEach(async () => {
  echo = createServer((socket) => {
    socket.on('error', () => {});
    socket.pipe(socket);
  }).listen(0, '127.0.0.1');
  await once(echo, 'listening');
  proxy = await startDelayProxy({ host: '127.0.0.1', port: echoAddress().port, delayMs: 5 });
  client = connect(proxy.port, proxy.host).setEncoding('utf8');
  client.on('error', () => {});
});

afterEach(async () => {
  client.destroy();
  await proxy.stop();
  echo.close();
});

test('passes bytes on in order, never sooner than the delay both ways', async () => {
  const begun = performance.now();
  client.end('a'.repeat(300_000) + 'b');
  let got = '';
  client.on('data', (text) => (got += text));
  await once(client, 'close');
  expect(performance.now() - begun).toBeGreaterThanOrEqual(9);
  expect(got).toBe('a'.repeat(300_000) + 'b');
});

test('holds everything back while frozen, and delivers it afterwards', async () => {
  await once(client, 'connect');
  let got = '';
  client.on('data', (text) => (got += text));
  proxy.freeze();
  client.write('late');
  // What a second connection sends through another proxy arrives: by then a proxy that is not frozen had delivered.
  const { port: target } = echoAddress();
  const other = await startDelayProxy({ host: '127.0.0.1', port: target, delayMs: 20 });
  const witness = connect(other.port, other.host).setEncoding('utf8');
  witness.write('early');
  expect(await once(witness, 'data')).toEqual(['early']);
  witness.destroy();
  await other.stop();
  expect(got).toBe('');
  const first = once(client, 'data');
  proxy.restore();
  expect(await first).toEqual(['late']);
});

test('resets connections when cut, refuses new ones, and takes them again', async () => {
  await once(client, 'connect');
  const error = new Promise((resolve) => client.once('error', resolve));
  proxy.cut();
  expect(await error).toHaveProperty('code', 'ECONNRESET');
  const refused = connect(proxy.port, proxy.host);
  await new Promise((resolve) => refused.once('error', resolve));
  proxy.restore();
  const again = connect(proxy.port, proxy.host).setEncoding('utf8');
  again.write('hello');
  expect(await once(again, 'data')).toEqual(['hello']);
  again.destroy();
});
