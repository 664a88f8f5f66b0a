// Plays sshd on a port of this machine: lets every key in, and passes scripts and tunnels on.
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import ssh2, { type ServerChannel } from 'ssh2';
import { keyPair, portOf } from '../../test/host/support/ssh-server.ts';

export interface Visits {
  exec(channel: ServerChannel, command: string): void;
  tunnel(port: number, accept: () => ServerChannel, reject: () => void): void;
}

export interface Front {
  port: number;
  /** As argo.yml pins it. */
  hostKey: string;
  close(): void;
}

const pair = keyPair();
const hostKey = pair.public.split(' ').slice(0, 2).join(' ');

export async function startFront(visits: Visits): Promise<Front> {
  const open = new Set<Socket>();
  const server = new ssh2.Server({ hostKeys: [pair.private] }, (client) => {
    client.on('error', () => {});
    client.on('authentication', (context) => {
      if (context.method === 'publickey') context.accept();
      else context.reject(['publickey']);
    });
    client.on('request', (_accept, reject) => reject?.());
    client.on('tcpip', (accept, reject, { destPort }) => visits.tunnel(destPort, accept, reject));
    client.on('session', (accept) => {
      accept().on('exec', (take, _reject, { command }) => visits.exec(take(), command));
    });
  });
  const listener = createServer({ noDelay: true }, (socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    server.injectSocket(socket);
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const close = (): void => {
    listener.close();
    for (const socket of open) socket.destroy();
  };
  return { port: portOf(listener), hostKey, close };
}
