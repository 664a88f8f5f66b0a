import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { afterEach, expect, test } from '@jest/globals';
import { WebSocket } from 'ws';
import { signature } from '../../../sandbox/workspace/delivery/signature.ts';
import type { Workspace } from '../../../sandbox/workspace/workspace.ts';
import {
  appToken,
  call,
  closeAll,
  closeLater,
  handClock,
  signingSecret,
  workspace,
} from './support.ts';

afterEach(closeAll);

async function address(space: Workspace): Promise<string> {
  const { body } = await call(space, 'apps.connections.open', {}, appToken);
  return String(body.url);
}

interface Line {
  type: string;
  reason?: string;
  envelope_id?: string;
  num_connections?: number;
  retry_attempt?: number;
  retry_reason?: string;
  payload?: { text?: string };
}

/** A bare socket client: what it heard, and a promise for the next line. */
async function connect(
  space: Workspace,
  answer: (line: Line) => string | undefined = () => undefined,
) {
  const socket = new WebSocket(await address(space));
  closeLater(async () => socket.terminate());
  const lines: Line[] = [];
  const { promise: first, resolve } = Promise.withResolvers<Line>();
  const { promise: closed, resolve: onClose } = Promise.withResolvers<void>();
  socket.on('close', () => onClose());
  socket.on('message', (data) => {
    const line: Line = JSON.parse(Buffer.isBuffer(data) ? data.toString() : '{}');
    lines.push(line);
    resolve(line);
    const reply = answer(line);
    if (reply !== undefined) socket.send(reply);
  });
  return { lines, first: await first, closed };
}

const ack = ({ envelope_id: id }: Line) =>
  id === undefined ? undefined : JSON.stringify({ envelope_id: id, payload: { text: 'yes' } });

test('the greeting, the ack with a payload, and a url that works once', async () => {
  const space = await workspace();
  const { first } = await connect(space, ack);
  expect(first).toMatchObject({
    type: 'hello',
    num_connections: 1,
    connection_info: { app_id: 'A0ARGOBOT' },
  });
  const { replies } = await space.as('U1').command('C1', '/argo', 'status');
  expect(replies).toMatchObject([{ text: 'yes', visible_to: 'U1' }]);
  const url = await address(space);
  const once = new WebSocket(url);
  closeLater(async () => once.terminate());
  await new Promise((resolve) => once.once('open', resolve));
  const twice = new WebSocket(url);
  const error = await new Promise<Error>((resolve) => twice.once('error', resolve));
  expect(error.message).toContain('400');
});

test('every payload goes to one of the connections, and an eleventh is turned away', async () => {
  const space = await workspace();
  const sockets = [];
  for (let count = 0; count < 10; count += 1) sockets.push(await connect(space, ack));
  const late = await connect(space);
  expect(late.first).toMatchObject({ type: 'disconnect', reason: 'too_many_websockets' });
  await late.closed;
  await space.as('U1').command('C1', '/argo', 'one');
  await space.as('U1').command('C1', '/argo', 'two');
  const heard = sockets.map(({ lines }) => lines.filter(({ type }) => type === 'slash_commands'));
  expect(heard.flat()).toHaveLength(2);
  expect(heard.filter((lines) => lines.length > 0)).toHaveLength(2);
});

test('a refresh is announced before the socket closes', async () => {
  const space = await workspace();
  const { lines, closed } = await connect(space);
  space.faults.disconnect('refresh_requested');
  await closed;
  expect(lines.at(-1)).toMatchObject({ type: 'disconnect', reason: 'refresh_requested' });
  const { error } = await space.as('U1').command('C1', '/argo', 'status');
  expect(error).toBe('dispatch_failed');
});

test('an event nobody acknowledges comes again with its attempt and reason', async () => {
  const clock = handClock();
  const space = await workspace({ clock });
  const { promise: heard, resolve } = Promise.withResolvers<void>();
  const { lines } = await connect(space, (line) => {
    if (line.type === 'events_api') resolve();
    return line.retry_attempt === 1 ? ack(line) : undefined;
  });
  const opened = space.as('U1').openHome();
  await heard;
  clock.advance(3000);
  await opened;
  await space.waitFor(() => space.acks().length === 2);
  expect(space.acks()).toMatchObject([{ error: 'operation_timeout' }, { latencyMs: 0 }]);
  expect(lines.filter(({ type }) => type === 'events_api')).toMatchObject([
    { retry_attempt: 0 },
    { retry_attempt: 1, retry_reason: 'timeout' },
  ]);
});

/** An app behind a request url: what it was sent, and what it says. */
async function app(reply: () => { status: number; type: string; body: string }) {
  const requests: { headers: IncomingHttpHeaders; body: string }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(Buffer.from(chunk)));
    request.on('end', () => {
      requests.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
      const { status, type, body } = reply();
      response.writeHead(status, { 'content-type': type }).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closeLater(async () => {
    server.closeAllConnections();
    server.close();
  });
  const bound = server.address();
  const port = typeof bound === 'object' && bound ? bound.port : 0;
  return { requests, url: `http://127.0.0.1:${port}/slack/events` };
}

test('over HTTP a command is a signed form, and its answer may be JSON', async () => {
  const reply = { status: 200, type: 'application/json', body: '{"text":"on it"}' };
  const { requests, url } = await app(() => reply);
  const space = await workspace({ delivery: { http: url } });
  const { replies } = await space.as('U1').command('C1', '/argo', 'deploy <green>');
  expect(replies).toMatchObject([{ text: 'on it' }]);
  const [request] = requests;
  const stamp = String(request?.headers['x-slack-request-timestamp']);
  expect(request?.headers['x-slack-signature']).toBe(
    signature(signingSecret, stamp, request?.body ?? ''),
  );
  const form = Object.fromEntries(new URLSearchParams(request?.body));
  expect(form).toMatchObject({ command: '/argo', text: 'deploy <green>', user_id: 'U1' });
});

test('the signature is the one of the documentation', () => {
  const body =
    'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c';
  expect(signature('8f742231b10e8888abcd99yyyzzz85a5', '1531420618', body)).toBe(
    'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
  );
});

test('over HTTP a click is form payload, and a failing app is named', async () => {
  const { requests, url } = await app(() => ({ status: 500, type: 'text/plain', body: 'no' }));
  const space = await workspace({ delivery: { http: url } });
  const button = { type: 'button', action_id: 'go', text: { type: 'plain_text', text: 'Go' } };
  const blocks = [{ type: 'actions', elements: [button] }];
  const posted = await call(space, 'chat.postMessage', { channel: 'C1', text: 'x', blocks });
  const result = await space.as('U1').click('C1', String(posted.body.ts), 'go');
  expect(result).toEqual({ ok: false, error: 'http_service_error' });
  const payload: unknown = JSON.parse(new URLSearchParams(requests[0]?.body).get('payload') ?? '');
  expect(payload).toMatchObject({ type: 'block_actions', actions: [{ action_id: 'go' }] });
  const command = await space.as('U1').command('C1', '/argo', 'x');
  expect(command.replies[0]?.text).toContain('failed with the error "http_service_error"');
});
