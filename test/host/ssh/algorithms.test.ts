// Which algorithms the bot offers in SSH, read from the bytes that it sends, and what it says where none fits.
import { afterEach, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Algorithms } from 'ssh2';
import { createHosts } from '../../../src/host/hosts.ts';
import { portOf, silent, startServer } from '../support/ssh-server.ts';

const { signal } = new AbortController();
const timing = { readyTimeoutMs: 2_000 };
const closes: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closes.splice(0).toReversed()) await close();
});

async function opened(algorithms?: Algorithms) {
  const server = await startServer(algorithms);
  const hosts = createHosts({ log: silent, timing });
  closes.push(
    () => server.close(),
    () => hosts.closeAll(),
  );
  return { server, hosts };
}

/** In the order of RFC 4253, section 7.1: after the packet's header, its kind and sixteen random bytes. */
function nameLists(packet: Buffer): string[][] {
  const lists: string[][] = [];
  let at = 5 + 1 + 16;
  while (lists.length < 8) {
    const length = packet.readUInt32BE(at);
    const text = packet.toString('latin1', at + 4, at + 4 + length);
    lists.push(text === '' ? [] : text.split(','));
    at += 4 + length;
  }
  return lists;
}

async function offered(): Promise<string[][]> {
  const { promise, resolve } = Promise.withResolvers<string[][]>();
  const listener = createServer((socket) => {
    const chunks: Buffer[] = [];
    socket.on('error', () => {});
    socket.write('SSH-2.0-OpenSSH_9.2\r\n');
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      const all = Buffer.concat(chunks);
      const packet = all.subarray(all.indexOf('\r\n') + 2);
      if (packet.length < 5 || packet.length < 4 + packet.readUInt32BE(0)) return;
      resolve(nameLists(packet));
      socket.destroy();
    });
  }).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  closes.push(() => listener.close());
  const { server, hosts } = await opened();
  const settings = { ...server.settings, port: portOf(listener) };
  await expect(hosts.open(settings, signal)).rejects.toMatchObject({ code: 'host-down' });
  return promise;
}

test('the bot offers no SHA-1, no MD5, no CBC and no compression', async () => {
  const [kex, hostKey, cipher, cipherBack, mac, macBack, compression, compressionBack] =
    await offered();
  expect(kex).toEqual(expect.arrayContaining(['curve25519-sha256', 'ext-info-c']));
  expect(hostKey).toEqual(['ssh-ed25519']);
  expect([cipherBack, macBack, compressionBack]).toEqual([cipher, mac, compression]);
  expect(mac).toEqual([
    'hmac-sha2-256-etm@openssh.com',
    'hmac-sha2-512-etm@openssh.com',
    'hmac-sha2-256',
    'hmac-sha2-512',
  ]);
  expect(compression).toEqual(['none']);
  const all = [kex, cipher, mac].flatMap((names) => names ?? []);
  expect(all.filter((name) => /sha1|md5|cbc|3des|arcfour|group1-/.test(name))).toEqual([]);
});

const onlyOld: { what: string; algorithms: Algorithms; setting: string }[] = [
  {
    what: 'MAC algorithm',
    algorithms: { cipher: ['aes128-ctr'], hmac: ['hmac-sha1'] },
    setting: 'MACs hmac-sha2-256-etm@openssh.com,',
  },
  {
    what: 'key exchange algorithm',
    algorithms: { kex: ['diffie-hellman-group14-sha1', 'diffie-hellman-group1-sha1'] },
    setting: 'KexAlgorithms curve25519-sha256,',
  },
  {
    what: 'cipher',
    algorithms: { cipher: ['aes128-cbc', '3des-cbc'] },
    setting: 'Ciphers aes128-gcm@openssh.com,',
  },
];

test.each(onlyOld)(
  'a host that has an old $what only is refused, with what to allow on it',
  async ({ what, algorithms, setting }) => {
    const { server, hosts } = await opened(algorithms);
    await expect(hosts.open(server.settings, signal)).rejects.toMatchObject({
      code: 'handshake-failed',
      message: expect.stringContaining(`and argo-bot have no ${what} in common`),
      next: expect.stringContaining(`/etc/ssh/sshd_config on trading-1: ${setting}`),
    });
    expect(server.tried).toEqual([]);
  },
);
