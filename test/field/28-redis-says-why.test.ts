// What Redis, or whatever else is at its address, answers is told with its remedy, at the start and by the doctor.
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { type PrivateRedis, startRedis } from '../../sandbox/redis.ts';
import { redisPart } from '../../src/cli/doctor/doctor-ports.ts';
import { createRedactor } from '../../src/deploy/secrets/redactor.ts';
import { checkRedis } from '../../src/redis/connection/inspect-server.ts';

async function toldBy(url: string): Promise<{ start: string; doctor: string }> {
  const said = await checkRedis(url).then(
    () => 'nothing is wrong',
    (error: unknown) =>
      error instanceof Error && 'next' in error
        ? `${error.message} → ${String(error.next).replaceAll('`', '')}`
        : String(error),
  );
  const { findings } = await redisPart(url, '/nowhere', createRedactor());
  const doctor = findings.filter(({ level }) => level === 'fail');
  return { start: said, doctor: doctor.map(({ text, fix }) => `${text} → ${fix}`).join('\n') };
}

describe('a real Redis', () => {
  let server: PrivateRedis;
  let redis: Redis;
  const outside = Object.values(networkInterfaces())
    .flat()
    .find((address) => address && !address.internal && address.family === 'IPv4')?.address;

  beforeAll(async () => {
    server = await startRedis({ settings: { bind: '0.0.0.0', 'protected-mode': 'yes' } });
    redis = new Redis(server.url);
  });
  afterAll(async () => {
    redis.disconnect();
    await server.stop();
  });

  // Redis tells loopback from the rest by the address; a machine without any other cannot play this.
  (outside === undefined ? test.skip : test)('in protected mode', async () => {
    const { start, doctor } = await toldBy(`redis://${outside}:${server.port}`);
    expect(start).toMatch(
      /^Redis at .* refuses other machines.*\(protected mode\).*"DENIED Redis is/,
    );
    expect(start).toContain('set a password');
    expect(doctor).toBe(start);
  });

  test('with a password that REDIS_URL does not have, or has wrong', async () => {
    await redis.config('SET', 'requirepass', 'right-password');
    try {
      const { start, doctor } = await toldBy(server.url);
      expect(start).toMatch(/wants a password.*"NOAUTH/);
      expect(doctor).toBe(start);
      const wrong = await toldBy(`redis://:hunter2-wrong@127.0.0.1:${server.port}`);
      expect(wrong.start).toMatch(/refuses the user or the password of REDIS_URL.*"WRONGPASS/);
      expect(wrong.doctor).toBe(wrong.start);
      expect(wrong.start).not.toContain('hunter2');
      await expect(
        checkRedis(`redis://:right-password@127.0.0.1:${server.port}`),
      ).resolves.toBeUndefined();
    } finally {
      await redis.config('SET', 'requirepass', '');
    }
  });

  test('of a user who may not what argo-bot needs', async () => {
    await redis.acl('SETUSER', 'reader', 'on', '>secret', '~*', '+ping');
    const { start } = await toldBy(`redis://reader:secret@127.0.0.1:${server.port}`);
    expect(start).toMatch(/does not give this user.*"NOPERM.*ACL SETUSER/s);
  });

  test('without a free connection', async () => {
    await redis.config('SET', 'maxclients', '1');
    try {
      const { start } = await toldBy(server.url);
      expect(start).toMatch(/has no free connection.*"ERR max number of clients reached"/);
    } finally {
      await redis.config('SET', 'maxclients', '1000');
    }
  });

  test('that is a replica', async () => {
    const replica = await startRedis({ replicaOf: server.port });
    try {
      const { start } = await toldBy(replica.url);
      expect(start).toMatch(/is a read-only replica.*set REDIS_URL to the master/);
    } finally {
      await replica.stop();
    }
  });

  test('that is spoken to by TLS, and does not know it', async () => {
    const { start } = await toldBy(`rediss://127.0.0.1:${server.port}`);
    expect(start).toMatch(/does not speak TLS on this port → write redis:\/\//);
  });

  test('that is well has nothing said of it', async () => {
    expect((await toldBy(server.url)).start).toBe('nothing is wrong');
  });
});

test('a Redis that speaks TLS only', async () => {
  // Its complaint about a question that is not TLS is the same with any certificate.
  const server = await answering((socket) =>
    socket.once('data', () => socket.end(Buffer.from([0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x46]))),
  );
  try {
    const { start } = await toldBy(server.url);
    expect(start).toMatch(/speaks TLS only → write rediss:\/\//);
  } finally {
    server.stop();
  }
});

describe('something at that port', () => {
  test.each([
    [
      'a web server',
      'HTTP/1.1 400 Bad Request\r\n\r\n',
      /is not Redis: a web server answers there/,
    ],
    ['an SSH server', 'SSH-2.0-OpenSSH_9.2p1\r\n', /is not Redis: an SSH server answers there/],
    ['a cluster that is down', '-CLUSTERDOWN The cluster is down\r\n', /is part of a cluster/],
    ['a replica without its master', '-MASTERDOWN Link is down\r\n', /has lost its master/],
    ['one that loads', '-LOADING Redis is loading\r\n', /is still loading its data/],
    ['one that cannot save', '-MISCONF Redis is configured\r\n', /cannot save its data on disk/],
    ['something else', '220 mail\u001b[2J ready\r\n', /does not know \("220 mail \[2J ready"\)/],
  ])('%s', async (_name, answer, expected) => {
    const server = await answering((socket) => socket.end(answer));
    try {
      expect((await toldBy(server.url)).start).toMatch(expected);
    } finally {
      server.stop();
    }
  });

  test('nothing', async () => {
    const { start, doctor } = await toldBy('redis://127.0.0.1:1');
    expect(start).toMatch(/^Redis does not answer at 127\.0\.0\.1:1 → start it/);
    expect(doctor).toBe(start);
    const { start: unknown } = await toldBy('redis://no-such-host.invalid:6379');
    expect(unknown).toMatch(/the name does not resolve → .*getent hosts no-such-host\.invalid/);
  });
});

async function answering(act: (socket: Socket) => void): Promise<{ url: string; stop(): void }> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    act(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `redis://127.0.0.1:${address.port}`,
    stop() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
