import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Workspace } from '../person.ts';
import type { World } from '../world.ts';
import { privateFile, responseUrl, upload, webApi } from './api-routes.ts';
import { control } from './control.ts';
import { foreign } from './guard.ts';
import { page } from './page.ts';
import { replyJson } from './reply.ts';

export interface Parts {
  world: World;
  workspace: Workspace;
}

async function route(request: IncomingMessage, response: ServerResponse, parts: Parts) {
  const { world } = parts;
  const path = (request.url ?? '/').split('?')[0] ?? '/';
  if (path.startsWith('/api/')) return webApi(request, response, world);
  if (path.startsWith('/response/')) return responseUrl(request, response, world);
  if (path.startsWith('/upload/v1/')) return upload(request, response, world);
  if (path.startsWith('/files-pri/')) return privateFile(request, response, world);
  if (path.startsWith('/sandbox/')) return control(request, response, parts);
  if (request.method === 'GET' && (await page(path, response))) return;
  replyJson(response, 404, { error: 'not found' });
}

/** One loopback server for the Web API, the sockets, the control API and the page. */
export async function listen(
  port: number,
  parts: () => Parts,
): Promise<{ server: Server; port: number }> {
  let bound = port;
  const server = createServer((request, response) => {
    if (foreign(request, bound))
      return replyJson(response, 403, { error: 'not from this machine' });
    route(request, response, parts()).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else
        replyJson(response, 500, { error: error instanceof Error ? error.message : String(error) });
    });
  });
  server.on('upgrade', (request, socket, head) => {
    const { delivery } = parts().world;
    if (foreign(request, bound) || !delivery.upgrade) socket.destroy();
    else delivery.upgrade(request, socket, head);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (typeof address === 'object' && address) bound = address.port;
  return { server, port: bound };
}
