import { once } from 'node:events';
import { createServer } from 'node:http';

export interface Provider {
  url: string;
  stop(): void;
}

/** Stands for the service that gave the key: it takes that one and no other. */
export async function startProvider(key: string): Promise<Provider> {
  const server = createServer((request, response) => {
    const known = request.headers.authorization === `Bearer ${key}`;
    response.writeHead(known ? 200 : 401).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('it listens on no port');
  return {
    url: `http://127.0.0.1:${address.port}/v1/me`,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
