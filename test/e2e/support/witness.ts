import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { isRecord, type Json, stringOf } from '../../../sandbox/workspace/model.ts';

export interface Call {
  method: string;
  status: number;
  answer: Json;
  /** Why it was refused; undefined where it was not. */
  error: string | undefined;
}

export interface Witness {
  url: string;
  /** Whatever was asked since, in the order of the answers. */
  calls: Call[];
  /** So many answers to this method are lost on their way: it was done, and whoever asked does not know. */
  lose(method: string, times: number): void;
  close(): Promise<void>;
}

/** Stands between the bot and a Web API: passes everything on as it came, and writes down how it was answered. */
export async function startWitness(api: string): Promise<Witness> {
  const calls: Call[] = [];
  const toLose = new Map<string, number>();
  const server = createServer((request, response) => {
    const answer = async (): Promise<void> => {
      const { text, ...call } = await passOn(api, request);
      calls.push(call);
      const left = toLose.get(call.method) ?? 0;
      toLose.set(call.method, left - 1);
      if (left > 0) response.destroy();
      else response.writeHead(call.status, { 'content-type': 'application/json' }).end(text);
    };
    answer().catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the witness has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    calls,
    lose: (method, times) => void toLose.set(method, times),
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function passOn(api: string, request: IncomingMessage): Promise<Call & { text: string }> {
  const { authorization = '', 'content-type': type = '' } = request.headers;
  const answer = await fetch(`${api}${request.url ?? ''}`, {
    method: 'POST',
    headers: { authorization, 'content-type': type },
    body: new Uint8Array(await buffer(request)),
  });
  const text = await answer.text();
  const said: unknown = JSON.parse(text);
  const body = isRecord(said) ? said : {};
  return {
    method: (request.url ?? '').split('/').at(-1) ?? '',
    status: answer.status,
    answer: body,
    error: body['ok'] === true ? undefined : stringOf(body['error']) || `HTTP ${answer.status}`,
    text,
  };
}
