import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A door to Redis that can swallow one answer and hang up: the question has arrived, and nobody knows. */
export async function cutAnswers(port: number): Promise<{
  url: string;
  /** The answer to the next question that contains this text is lost. */
  cutAfter(text: string): void;
  close(): Promise<void>;
}> {
  const open = new Set<Socket>();
  let marker: string | undefined;
  const server = createServer((client) => {
    const redis = connect(port, '127.0.0.1');
    let deaf = false;
    for (const socket of [client, redis]) {
      open.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        open.delete(socket);
        client.destroy();
        redis.destroy();
      });
    }
    client.on('data', (chunk) => {
      if (marker !== undefined && chunk.includes(marker)) {
        marker = undefined;
        deaf = true;
      }
      redis.write(chunk);
    });
    redis.on('data', (chunk) => {
      if (deaf) client.destroy();
      else client.write(chunk);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `redis://127.0.0.1:${address.port}`,
    cutAfter: (text) => void (marker = text),
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}
