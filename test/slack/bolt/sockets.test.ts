import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { App } from '@slack/bolt';
import { isRecord } from '../../../sandbox/workspace/model.ts';
import { startWorkspace, type Workspace } from '../../../sandbox/workspace/workspace.ts';
import { createRedactor } from '../../../src/deploy/secrets/redactor.ts';
import { boltLogger } from '../../../src/slack/bolt/app.ts';
import { createSockets } from '../../../src/slack/bolt/sockets.ts';
import { until } from '../../support/until.ts';

let workspace: Workspace;
/** Passes calls on to the workspace, until the token is taken away. */
let door: Server;
let refused = false;

beforeEach(async () => {
  refused = false;
  workspace = await startWorkspace({
    users: [{ id: 'U0ALICE', name: 'alice' }],
    channels: [],
    userGroups: [],
    botScopes: [],
    botToken: 'xoxb-sandbox',
    appToken: 'xapp-sandbox',
    signingSecret: 'signed',
    rateLimits: false,
    delivery: 'socket',
  });
  door = createServer((request, response) => {
    if (refused) return void response.end('{"ok":false,"error":"invalid_auth"}');
    const headers = { authorization: request.headers.authorization ?? '' };
    const url = `${workspace.apiUrl}${request.url?.replace('/api/', '')}`;
    void fetch(url, { method: 'POST', headers })
      .then((answer) => answer.text())
      .then((text) => response.end(text));
  }).listen(0, '127.0.0.1');
  await once(door, 'listening');
});
afterEach(async () => {
  await workspace.close();
  door.closeAllConnections();
  await new Promise((closed) => door.close(closed));
});

const nothing = () => {};

function sockets(onFatal: (error: unknown) => void, debug: (line: string) => void = () => {}) {
  const address = door.address();
  const port = isRecord(address) ? Number(address['port']) : 0;
  const log = { info: nothing, warn: nothing, error: nothing };
  const receiver = createSockets({
    appToken: 'xapp-sandbox',
    slackApiUrl: `http://127.0.0.1:${port}/api/`,
    logger: {
      ...boltLogger({ log, redactor: createRedactor() }),
      debug: (...parts) => debug(parts.join(' ')),
    },
    pingMs: 200,
    onFatal,
  });
  receiver.init(new App({ receiver, authorize: () => Promise.resolve({}) }));
  return receiver;
}

test('cut connections come back by themselves', async () => {
  const back = Promise.withResolvers<void>();
  let hellos = 0;
  const receiver = sockets(
    () => {},
    (line) => {
      if (line.includes('"type":"hello"') && (hellos += 1) === 4) back.resolve();
    },
  );
  await receiver.start();
  await until(() => workspace.connections() === 2);
  workspace.faults.dropSockets();
  await back.promise;
  await until(() => workspace.connections() === 2);
  await receiver.stop();
});

test('a token that was taken away is said once it is needed, and throws nothing into the air', async () => {
  const said = Promise.withResolvers<unknown>();
  const receiver = sockets(said.resolve);
  await receiver.start();
  refused = true;
  workspace.faults.dropSockets();
  expect(String(await said.promise)).toContain('invalid_auth');
  await receiver.stop();
});

test('a token that is bad from the start fails the start', async () => {
  refused = true;
  await expect(sockets(() => {}).start()).rejects.toThrow('invalid_auth');
});
