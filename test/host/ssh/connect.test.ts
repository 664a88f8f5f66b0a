import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { chmod, copyFile, writeFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import ssh2 from 'ssh2';
import { HostUnreachable, Misconfigured } from '../../../src/deploy/record/errors.ts';
import type { Hosts, HostSettings } from '../../../src/deploy/ports/ports.ts';
import { connect } from '../../../src/host/ssh/connect.ts';
import { createHosts } from '../../../src/host/hosts.ts';
import {
  keyPair,
  end,
  portOf,
  silent,
  startServer,
  type TestServer,
} from '../support/ssh-server.ts';

const { signal } = new AbortController();
let server: TestServer;
let hosts: Hosts;
beforeEach(async () => {
  server = await startServer();
  hosts = createHosts({ log: silent });
});
afterEach(async () => {
  await hosts.closeAll();
  await server.close();
});

const open = (changes: Partial<HostSettings>) =>
  hosts.open({ ...server.settings, ...changes }, signal);
const otherKey = keyPair;
const pin = (line: string): string => line.split(' ').slice(0, 2).join(' ');
const run = { timeoutMs: 25_000, signal, what: 'Hosts claimed' };

describe('a connection', () => {
  test('is opened once for all who ask, by the key alone', async () => {
    const opened = await Promise.all([open({}), open({}), open({})]);
    expect(new Set(opened).size).toBe(1);
    expect(server.connections).toHaveLength(1);
    expect(new Set(server.tried)).toEqual(new Set(['publickey']));
  });

  test('is opened again after a loss', async () => {
    const host = await open({});
    const gone = once(server.connections[0]!, 'close');
    server.cut();
    await gone;
    server.onExec = (channel) => end(channel, 0, 'a\tb\n');
    const answer = await host.run('inspect', {}, run);
    expect(answer.value('a')).toBe('b');
    expect(server.connections).toHaveLength(2);
  });

  test('one who gives up does not take it from the others', async () => {
    const impatient = new AbortController();
    const first = hosts.open(server.settings, impatient.signal);
    const second = open({});
    impatient.abort();
    await expect(first).rejects.toMatchObject({ code: 'interrupted' });
    await expect(second).resolves.toMatchObject({ name: 'trading-1' });
    expect(server.connections).toHaveLength(1);
  });
});

test('a connection that is let go of keeps nothing open, even where the host never says goodbye', async () => {
  const timing = { readyTimeoutMs: 2_000, keepaliveMs: 1_000 };
  const closing = new AbortController();
  const link = await connect(server.settings, { log: silent, timing, closing: closing.signal });
  const socket: unknown = Reflect.get(link.client, '_sock');
  link.drop();
  // Not half closed: that state lasts for as long as the other side is silent, and holds up the end of the process.
  expect(socket).toMatchObject({ destroyed: true });
});

describe('the host key', () => {
  test('another than the pinned one is refused with both fingerprints, before any login', async () => {
    const failure = open({ host_keys: [pin(otherKey().public)] });
    await expect(failure).rejects.toThrow(HostUnreachable);
    await expect(failure).rejects.toMatchObject({
      code: 'host-key-mismatch',
      message: expect.stringMatching(
        /argo\.yml has: SHA256:\S+ \(ssh-ed25519\)\n\S+ now shows: SHA256:\S+$/,
      ),
      next: expect.stringContaining(`ssh-keyscan -p ${server.settings.port} 127.0.0.1`),
    });
    expect(server.tried).toEqual([]);
  });

  test('one of several pinned ones will do', async () => {
    await open({ host_keys: [pin(otherKey().public), ...server.settings.host_keys] });
  });

  test('a key of a type that is not pinned is not even asked for', async () => {
    const { public: line } = ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 });
    await expect(open({ host_keys: [pin(line)] })).rejects.toMatchObject({
      code: 'host-key-mismatch',
      message: expect.stringContaining('now shows: a key of another type'),
    });
  });

  test.each([
    [[], 'no-host-keys'],
    [['ssh-ed25519 AAAA'], 'unreadable-host-key'],
    [['ssh-dss AAAAB3NzaC1kc3MAAACB'], 'unreadable-host-key'],
    [[''], 'unreadable-host-key'],
  ])('pinned as %j nothing is connected to', async (host_keys, code) => {
    const failure = open({ host_keys });
    await expect(failure).rejects.toThrow(Misconfigured);
    await expect(failure).rejects.toMatchObject({ code });
    expect(server.connections).toHaveLength(0);
  });
});

describe('the way in', () => {
  test('a key the host does not know is refused, with what to add where', async () => {
    const file = server.settings.identity_file;
    await writeFile(file, otherKey().private);
    const failure = open({});
    await expect(failure).rejects.toMatchObject({
      code: 'auth-refused',
      next: expect.stringContaining('authorized_keys'),
    });
  });

  test.each([
    ['missing', async () => '/nonexistent/key'],
    [
      'too-open',
      async (file: string) => {
        await chmod(file, 0o644);
        return file;
      },
    ],
    [
      'encrypted',
      async (file: string) => {
        const { private: text } = ssh2.utils.generateKeyPairSync('ed25519', {
          passphrase: 'secret',
          cipher: 'aes256-ctr',
          rounds: 2,
        });
        await writeFile(file, text);
        return file;
      },
    ],
    [
      'unusable',
      async (file: string) => {
        await writeFile(file, 'not a key');
        return file;
      },
    ],
  ])('an identity file that is %s is named with the fix', async (kind, prepare) => {
    const identity_file = await prepare(server.settings.identity_file);
    const failure = open({ identity_file });
    await expect(failure).rejects.toThrow(Misconfigured);
    await expect(failure).rejects.toMatchObject({ code: `identity-${kind}` });
    expect(server.connections).toHaveLength(0);
  });

  test('a public key instead of the private one', async () => {
    const file = `${server.settings.identity_file}.pub`;
    await copyFile(server.settings.identity_file, file);
    await writeFile(file, otherKey().public);
    await expect(open({ identity_file: file })).rejects.toMatchObject({
      code: 'identity-unusable',
    });
  });

  test('nothing listens, no such name, no answer: the host is down', async () => {
    const mute = createServer((socket) => socket.resume());
    mute.listen(0, '127.0.0.1');
    await once(mute, 'listening');
    const port = portOf(mute);
    const impatient = createHosts({ log: silent, timing: { readyTimeoutMs: 100 } });
    const settings = { ...server.settings, port };
    await expect(impatient.open(settings, signal)).rejects.toMatchObject({
      code: 'host-down',
    });
    mute.close();
    await once(mute, 'close');
    await expect(open({ port })).rejects.toMatchObject({
      code: 'host-down',
      message: expect.stringContaining('refuses connections'),
    });
    await expect(open({ address: 'nowhere.invalid' })).rejects.toMatchObject({
      code: 'host-down',
    });
  });

  test.each([
    ['reset', (socket: Socket) => socket.resetAndDestroy()],
    ['closed', (socket: Socket) => socket.resume().end()],
  ])('a connection that is %s before the greeting was dropped', async (_how, drop) => {
    const dropping = createServer((socket) => drop(socket));
    dropping.listen(0, '127.0.0.1');
    await once(dropping, 'listening');
    await expect(open({ port: portOf(dropping) })).rejects.toMatchObject({
      code: 'connection-dropped',
    });
    dropping.close();
    await once(dropping, 'close');
  });
});
