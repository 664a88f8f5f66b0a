import { once } from 'node:events';
import { connect } from 'node:net';
import type { Scene } from '../scene.ts';

/** Who asks all the time, as no person does, would soon be told to wait: the bot forgets what it has counted. */
export async function forgetRequests({ redis }: Scene, user: string): Promise<void> {
  const socket = connect(redis.port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    socket.write(`DEL {argo}:minute:person:${user}:ordinary\r\n`);
    await once(socket, 'data');
  } finally {
    socket.destroy();
  }
}
