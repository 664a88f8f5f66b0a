import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { KeyObject } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import { once } from 'node:events';
import { propertyOf } from '../../../src/deploy/untrusted/unknown-error.ts';
import { openSocket } from '../../../src/host/ssh/cheap-packets.ts';
import { connect, defaultTiming, type SshConnection } from '../../../src/host/ssh/connect.ts';
import { portOf, silent, startServer, type TestServer } from '../support/ssh-server.ts';

let server: TestServer;
let connection: SshConnection;
beforeEach(async () => {
  server = await startServer();
  const closing = new AbortController().signal;
  connection = await connect(server.settings, { log: silent, timing: defaultTiming, closing });
});
afterEach(async () => {
  connection.drop();
  await server.close();
});

test('the keys of an open connection are key objects', () => {
  // Fails if a new version of ssh2 keeps them elsewhere.
  const protocol = propertyOf(connection.client, '_protocol');
  const keys = [
    propertyOf(propertyOf(protocol, '_cipher'), '_encKey'),
    propertyOf(propertyOf(protocol, '_decipher'), '_decipherKey'),
  ];
  expect(keys.map((key) => key instanceof KeyObject)).toEqual([true, true]);
});

test('packets pass after an exchange of new keys', async () => {
  const { client } = connection;
  const rekeyed = Promise.withResolvers<void>();
  server.connections[0]?.rekey(() => rekeyed.resolve());
  await rekeyed.promise;
  server.onExec = (channel) => {
    channel.exit(0);
    channel.end();
  };
  const ended = Promise.withResolvers<void>();
  client.exec('true', (error, channel) => {
    if (error) return ended.reject(error);
    channel.on('close', () => ended.resolve()).resume();
    channel.end('argo-bot 1 mark\n-');
  });
  await ended.promise;
});

test('what is written in one turn arrives in one piece, in order', async () => {
  const listener: Server = createServer();
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const accepted = once(listener, 'connection');
  const socket = openSocket('127.0.0.1', portOf(listener));
  await once(socket, 'connect');
  const [other] = await accepted;
  for (const piece of ['length ', 'content ', 'tag']) socket.write(Buffer.from(piece));
  const [chunk] = await once(other, 'data');
  expect(String(chunk)).toBe('length content tag');
  socket.destroy();
  other.destroy();
  listener.close();
});
