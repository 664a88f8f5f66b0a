import type { IncomingMessage, ServerResponse } from 'node:http';
import { dispatch } from '../api/dispatch.ts';
import { ApiError } from '../api/errors.ts';
import { receiveUpload } from '../api/files.ts';
import { respond } from '../people/respond.ts';
import type { World } from '../world.ts';
import { parseArguments, readBody, uploadedBytes } from './body.ts';
import { reply, replyJson } from './reply.ts';

function bearer(request: IncomingMessage): string | undefined {
  return /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
}

/** `/api/<method>` */
export async function webApi(request: IncomingMessage, response: ServerResponse, world: World) {
  const { pathname, searchParams } = new URL(request.url ?? '/', world.url);
  const body = await readBody(request);
  if (world.faults.apiDown) return void request.socket.destroy();
  const parsed = parseArguments(request.headers['content-type'] ?? '', body);
  if (!parsed) return replyJson(response, 200, { ok: false, error: 'invalid_json' });
  const method = pathname.slice('/api/'.length);
  const args = { ...Object.fromEntries(searchParams), ...parsed };
  const answer = dispatch(method, bearer(request), args, world);
  if (method === 'chat.postMessage' && answer.body.ok === true && world.faults.failAfterPost > 0) {
    world.faults.failAfterPost -= 1;
    return reply(response, 500, 'text/plain', 'internal error');
  }
  replyJson(response, answer.status, answer.body, answer.headers);
}

/** `/response/<id>`: an app's late answer. */
export async function responseUrl(
  request: IncomingMessage,
  response: ServerResponse,
  world: World,
) {
  const body = await readBody(request);
  if (world.faults.apiDown) return void request.socket.destroy();
  const origin = world.responseUrls.use((request.url ?? '').slice('/response/'.length));
  if (typeof origin === 'string') return replyJson(response, 404, { ok: false, error: origin });
  const parsed = parseArguments(request.headers['content-type'] ?? '', body);
  const { channel, user } = origin;
  const call = { at: world.clock.now(), method: 'response_url' };
  const args = { channel, user, ...parsed };
  try {
    respond(world, origin, parsed);
    world.store.log({ ...call, ok: true, args });
    replyJson(response, 200, { ok: true });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    world.store.log({ ...call, ok: false, error: error.message, args });
    replyJson(response, 400, error.body);
  }
}

/** `/upload/v1/<ticket>` */
export async function upload(request: IncomingMessage, response: ServerResponse, world: World) {
  const body = await readBody(request);
  if (world.faults.apiDown) {
    request.socket.destroy();
    return;
  }
  const content = await uploadedBytes(request.headers['content-type'] ?? '', body);
  const ticket = (request.url ?? '').slice('/upload/v1/'.length);
  const taken = receiveUpload(world, ticket, content);
  reply(response, taken ? 200 : 400, 'text/plain', taken ? `OK - ${content.length}` : 'refused');
}

/** `/files-pri/<id>/<name>`: a file's bytes, for the bot. */
export function privateFile(request: IncomingMessage, response: ServerResponse, world: World) {
  const { botToken, scopes } = world.credentials;
  const id = (request.url ?? '').split('/')[2] ?? '';
  const file = world.store.files.get(id);
  const allowed = bearer(request) === botToken && scopes.includes('files:read');
  if (!file || !allowed) return replyJson(response, 403, { ok: false, error: 'not_authed' });
  reply(response, 200, file.mimetype, file.content);
}
