import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import {
  createServer,
  connect,
  type AddressInfo,
  type Server as NetServer,
  type Socket,
} from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2, { type Algorithms, type Connection, type ServerChannel } from 'ssh2';
import type { HostSettings, Log } from '../../../src/deploy/ports/ports.ts';

export const silent: Log = { info: () => {}, warn: () => {}, error: () => {} };

/** What a test makes of a script that was reached: the rest of stdin is in the channel, `exit` ends it. */
export type OnExec = (channel: ServerChannel, command: string) => void;

const { Server, utils } = ssh2;

/** One in some hundreds of the keys that ssh2 makes cannot be read, by ssh2 itself either: such a one is made again. */
export function keyPair(): ReturnType<typeof utils.generateKeyPairSync> {
  for (;;) {
    const pair = utils.generateKeyPairSync('ed25519');
    if (!(utils.parseKey(pair.private) instanceof Error)) return pair;
  }
}

const publicPart = (line: string): string => line.split(' ').slice(0, 2).join(' ');

export interface TestServer {
  settings: HostSettings;
  connections: Connection[];
  /** Every authentication method that was tried. */
  tried: string[];
  commands: string[];
  onExec: OnExec;
  /** In the place of /bin/sh: nothing of the script is read, and none of it begins. */
  onLogin: OnExec | undefined;
  /** Nothing passes any more, and nobody is told. */
  freeze(): void;
  /** The connections break off. */
  cut(): void;
  close(): Promise<void>;
}

/** sshd's part played in this process, behind a TCP relay that can be frozen or cut. */
export async function startServer(algorithms: Algorithms = {}): Promise<TestServer> {
  const hostKey = keyPair();
  const userKey = keyPair();
  const folder = await mkdtemp(join(tmpdir(), 'host-test-'));
  const identity = join(folder, 'id');
  await writeFile(identity, userKey.private, { mode: 0o600 });

  const sockets = new Set<Socket>();
  const server = new Server({ hostKeys: [hostKey.private], algorithms }, (client) =>
    serve(client, test, userKey.public),
  );
  await listening(server);
  const relay = createServer((near) => {
    const far = connect(portOf(server), '127.0.0.1');
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => sockets.delete(socket));
    }
    near.on('data', (data) => far.write(data));
    far.on('data', (data) => near.write(data));
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  });
  await listening(relay);

  const test: TestServer = {
    settings: {
      name: 'trading-1',
      address: '127.0.0.1',
      port: portOf(relay),
      user: 'root',
      host_keys: [publicPart(hostKey.public)],
      identity_file: identity,
    },
    connections: [],
    tried: [],
    commands: [],
    onExec: (channel) => end(channel, 0),
    onLogin: undefined,
    freeze() {
      for (const socket of sockets) socket.removeAllListeners('data').pause();
    },
    cut() {
      for (const socket of sockets) socket.destroy();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await Promise.all([closed(relay), closed(server)]);
      await rm(folder, { recursive: true });
    },
  };
  return test;
}

function serve(client: Connection, test: TestServer, allowed: string): void {
  test.connections.push(client);
  const wanted = allowed.split(' ')[1];
  client.on('error', () => {});
  client.on('authentication', (context) => {
    test.tried.push(context.method);
    const fits = context.method === 'publickey' && context.key.data.toString('base64') === wanted;
    if (fits) context.accept();
    else context.reject(['publickey']);
  });
  client.on('request', (_accept, reject) => reject?.());
  client.on('tcpip', (accept, reject, { destIP, destPort }) => {
    const socket = connect(destPort, destIP);
    // As OpenSSH does: a connection refused there is a channel refused here.
    socket.once('error', () => reject());
    socket.once('connect', () => {
      const channel = accept();
      socket.on('error', () => channel.destroy());
      channel.on('error', () => socket.destroy());
      channel.pipe(socket).pipe(channel);
    });
  });
  client.on('session', (accept) => {
    accept().on('exec', (take, _reject, { command }) => {
      test.commands.push(command);
      const channel = take();
      if (test.onLogin) test.onLogin(channel, command);
      else void reached(channel).then(() => test.onExec(channel, command));
    });
  });
}

/** Reads a script from stdin as /bin/sh is told to, not one byte further, and marks on both streams that it begins. */
async function reached(channel: ServerChannel): Promise<void> {
  let line = '';
  while (!line.startsWith('argo-bot ')) {
    line = '';
    while (!line.endsWith('\n')) line += (await taken(channel, 1)).toString();
  }
  const [, bytes, run = ''] = line.trim().split(' ');
  await taken(channel, Number(bytes));
  channel.write(`${run}\n`);
  channel.stderr.write(`${run}\n`);
}

async function taken(channel: ServerChannel, bytes: number): Promise<Buffer> {
  for (;;) {
    const chunk: unknown = channel.read(bytes);
    if (Buffer.isBuffer(chunk)) return chunk;
    await once(channel, 'readable');
  }
}

export function end(channel: ServerChannel, code: number, stdout = '', stderr = ''): void {
  if (stdout !== '') channel.write(stdout);
  if (stderr !== '') channel.stderr.write(stderr);
  channel.exit(code);
  channel.end();
}

async function listening(
  server: { listen(port: number, host: string): unknown } & NodeJS.EventEmitter,
) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
}

export function portOf(server: { address(): string | AddressInfo | null }): number {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('not listening');
  return address.port;
}

const closed = (server: Pick<NetServer, 'close'>): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
  });
