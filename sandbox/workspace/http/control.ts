import type { IncomingMessage, ServerResponse } from 'node:http';
import { structured } from '../described-calls.ts';
import { isRecord, stringOf } from '../model.ts';
import type { Json } from '../model.ts';
import type { Input } from '../people/elements.ts';
import type { Person } from '../person.ts';
import type { World } from '../world.ts';
import { parseArguments, readBody } from './body.ts';
import { reply, replyJson } from './reply.ts';
import type { Parts } from './server.ts';
import { snapshot } from './snapshot.ts';

type Act = (person: Person, body: Json, world: World) => unknown;

function inputOf(value: unknown): Input {
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? value.map(String) : null;
}

function valuesOf(value: unknown): Record<string, Input> {
  const entries = isRecord(value) ? Object.entries(value) : [];
  return Object.fromEntries(entries.map(([name, input]) => [name, inputOf(input)]));
}

const acts: Record<string, Act> = {
  command: (person, { channel, command, text }) =>
    person.command(stringOf(channel), stringOf(command), stringOf(text)),
  message: (person, { channel, text, thread_ts: thread }) =>
    person.say(stringOf(channel), stringOf(text), typeof thread === 'string' ? thread : undefined),
  click: (person, { channel, ts, view, action, value }) =>
    typeof view === 'string'
      ? person.clickView(view, stringOf(action), inputOf(value))
      : person.click(stringOf(channel), stringOf(ts), stringOf(action), inputOf(value)),
  submit: (person, { view, values }) => person.submit(stringOf(view), valuesOf(values)),
  cancel: (person, { view }) => person.cancelView(stringOf(view)),
  home: (person) => person.openHome(),
  shortcut: (person, { id, channel, ts }) =>
    person.shortcut(
      stringOf(id),
      typeof ts === 'string' ? { channel: stringOf(channel), ts } : undefined,
    ),
  suggest: (person, { view, action, typed }) =>
    person.suggest(stringOf(view), stringOf(action), stringOf(typed)),
  trouble: (_person, { id, on }, { backstage }) => backstage.act(stringOf(id), on === true),
};

async function act(
  request: IncomingMessage,
  response: ServerResponse,
  { world, workspace }: Parts,
  name: string,
) {
  const run = Object.hasOwn(acts, name) ? acts[name] : undefined;
  if (!run) return replyJson(response, 404, { error: `no such act: ${name}` });
  // Asking for JSON makes a cross-site form or simple request impossible.
  const type = request.headers['content-type'] ?? '';
  const body = parseArguments(type, await readBody(request));
  if (!type.startsWith('application/json') || !body)
    return replyJson(response, 415, { error: 'send application/json' });
  try {
    const result = await run(workspace.as(stringOf(body.user)), body, world);
    replyJson(response, 200, result ?? {});
  } catch (error) {
    replyJson(response, 400, { error: error instanceof Error ? error.message : String(error) });
  }
}

/** A line per change; whoever reads it fetches the state again. */
function stream(response: ServerResponse, { store }: World): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.write(`retry: 1000\ndata: {"version":${store.changes.version},"kind":"hello"}\n\n`);
  const off = store.changes.on((change) => response.write(`data: ${JSON.stringify(change)}\n\n`));
  response.on('close', off);
}

/** What one call carried, word for word. */
function call(response: ServerResponse, { store }: World, id: string): void {
  const found = store.calls.findLast((one) => String(one.id) === id);
  if (!found) return replyJson(response, 404, { error: 'no such call, or too long ago' });
  replyJson(response, 200, { ...found, args: structured(found.args) });
}

function file(response: ServerResponse, { store }: World, id: string): void {
  const found = store.files.get(id);
  if (!found) return replyJson(response, 404, { error: 'no such file' });
  const picture = /^image\/(png|jpeg|gif|webp)$/.test(found.mimetype);
  const name = `filename*=UTF-8''${encodeURIComponent(found.name)}`;
  reply(response, 200, found.mimetype, found.content, {
    'content-disposition': `${picture ? 'inline' : 'attachment'}; ${name}`,
  });
}

/** `/sandbox/…`: what the page and other processes see and do. */
export async function control(request: IncomingMessage, response: ServerResponse, parts: Parts) {
  const { world } = parts;
  const [, , what = '', id = ''] = new URL(request.url ?? '/', world.url).pathname.split('/');
  if (request.method === 'POST') return act(request, response, parts, what);
  if (what === 'state') return replyJson(response, 200, snapshot(world));
  if (what === 'events') return stream(response, world);
  if (what === 'calls') return call(response, world, id);
  if (what === 'files') return file(response, world, id);
  replyJson(response, 404, { error: `nothing at /sandbox/${what}` });
}
