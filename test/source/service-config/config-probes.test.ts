import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { ConfigReport } from '../../../src/deploy/ports/ports.ts';
import { isFailure } from '../../../src/deploy/record/errors.ts';
import { ConfigProbeSchema } from '../../../src/deploy/settings/config.ts';
import { config as stage } from '../../../src/deploy/stages/config.ts';
import { createProbeSender } from '../../../src/source/service-config/send-probe.ts';
import { createConfigSource } from '../../../src/source/service-config/config-source.ts';
import { folderTree } from '../../../src/source/tree/folder-tree.ts';
import { createMemoryWorld } from '../../support/memory-ports.ts';
import { stageContext } from '../../support/stage-context.ts';
import { targetWith } from '../../support/target.ts';
import { temporaryFolder, writeFiles } from '../repository.ts';

const KEY = 'pk8Qz3vT1mXw7Yb2Nc5Rd9Le4Gh6Jf0S';
const TYPO = `${KEY.slice(0, 9)}Q${KEY.slice(10)}`;
const source = createConfigSource({ fingerprintKey: 'a key for tests' });

let provider: Server;
let at: string;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let asked: string[];
beforeEach(async () => {
  asked = [];
  // A provider takes one key and no other.
  answer = ({ headers }, response) => {
    response.statusCode = headers.authorization === `Bearer ${KEY}` ? 200 : 401;
    response.end();
  };
  provider = createServer((request, response) => {
    asked.push(request.url ?? '');
    answer(request, response);
  });
  provider.listen(0, '127.0.0.1');
  await once(provider, 'listening');
  const address = provider.address();
  if (typeof address !== 'object' || address === null) throw new Error('no address');
  at = `http://127.0.0.1:${address.port}`;
});
afterEach(() => {
  provider.closeAllConnections();
  provider.close();
});

/** The config stage over a real file, with a real provider on loopback. */
async function run(api_key: string, probe: object) {
  const folder = temporaryFolder();
  writeFiles(folder, { 'config.json': JSON.stringify({ massive: { api_key, mode: 'pa per' } }) });
  const declared = {
    name: 'massive takes the key',
    key: 'massive.api_key',
    url: `${at}/v1/me`,
    headers: { Authorization: 'Bearer {value}' },
    ...probe,
  };
  const service = {
    config: {
      file: `${folder}/config.json`,
      rules: [{ key: 'massive.api_key', required: true, length: 32 }],
      probes: [declared],
    },
  };
  const world = createMemoryWorld({
    ports: { config: source, sendProbe: createProbeSender() },
  });
  const facts = { commit: { sha: 'a'.repeat(40), author: '', subject: '', at: 0 } };
  const target = targetWith({ service });
  return stage.run(stageContext(world, { target, facts }));
}

describe('a probe from the bot', () => {
  test('lets the right key pass, and says that it was tried', async () => {
    const { summary, warnings } = await run(KEY, {});
    expect(summary).toBe('2 values, 1 tried with their provider');
    expect(warnings).toEqual([]);
    expect(asked).toEqual(['/v1/me']);
  });

  test('stops a typo of the right length, without the value', async () => {
    const failure = await failureOf(run(TYPO, {}));
    expect(failure).toMatchObject({
      code: 'key-refused',
      message: `${new URL(at).host} refused massive.api_key (HTTP 401): its value is wrong or revoked. Checked from the bot with GET ${at}/v1/me`,
    });
  });

  test('the value in an address is written for an address, and shown nowhere', async () => {
    answer = (_request, response) => void response.writeHead(403).end();
    const url = `${at}/{config:massive.mode}/me?apiKey={value}`;
    const failure = await failureOf(run(`${KEY.slice(0, 31)}&`, { url, headers: {} }));
    expect(asked).toEqual([`/pa%20per/me?apiKey=${KEY.slice(0, 31)}%26`]);
    expect(failure.message).toContain('apiKey={value}');
  });

  test('follows no redirect, which would carry the key elsewhere', async () => {
    answer = (_request, response) => void response.writeHead(302, { location: '/else' }).end();
    const failure = await failureOf(run(KEY, {}));
    expect(failure).toMatchObject({ code: 'probe-failed' });
    expect(failure.message).toContain('answered HTTP 302, a redirect, which is not followed');
    expect(asked).toEqual(['/v1/me']);
  });

  test.each([500, 503, 429])('an outage (%d) is a warning, and no wrong key', async (status) => {
    answer = (_request, response) => void response.writeHead(status).end();
    const { warnings } = await run(KEY, {});
    expect(warnings?.join()).toContain(
      `could not be tried with ${new URL(at).host}: it answered HTTP ${status}`,
    );
    const failure = await failureOf(run(KEY, { unreachable: 'stop' }));
    expect(failure.code).toBe('probe-failed');
  });

  test('nothing listening, no answer in time, a connection that breaks: the same', async () => {
    answer = () => undefined;
    const late = await run(KEY, { timeout_seconds: 0.1 });
    expect(late.warnings?.join()).toContain('no answer within 0.1 s');
    answer = (_request, response) => response.destroy();
    expect((await run(KEY, {})).warnings?.join()).toContain('could not be tried');
    provider.close();
    provider.closeAllConnections();
    const gone = await run(KEY, {});
    expect(gone.warnings?.join()).toContain('it refuses connections');
  });

  test('statuses are what the team declares', async () => {
    answer = (_request, response) => void response.writeHead(400).end();
    expect((await failureOf(run(KEY, {}))).message).toContain('answered HTTP 400, expected 200');
    expect((await failureOf(run(KEY, { refused: [400] }))).code).toBe('key-refused');
    expect((await run(KEY, { status: [200, 400] })).warnings).toEqual([]);
  });

  test('a value that no header can carry is a problem of the config', async () => {
    const failure = await failureOf(run(`${KEY.slice(1)}\n`, {}));
    expect(failure).toMatchObject({ code: 'config-invalid' });
    expect(failure.message).toContain('cannot send it in a header');
    expect(asked).toEqual([]);
  });

  test('is made only in the environments that it names', async () => {
    await run(TYPO, { environments: ['staging'] });
    expect(asked).toEqual([]);
    await failureOf(run(TYPO, { environments: ['staging', 'production'] }));
    expect(asked).toHaveLength(1);
  });

  test('a broken rule is enough to ask no provider', async () => {
    await failureOf(run('short', {}));
    expect(asked).toEqual([]);
  });
});

test('what a probe carries is secret, whatever it looks like', async () => {
  const folder = temporaryFolder();
  writeFiles(folder, { 'config.json': '{"account": "ordinary word"}' });
  const probe = ConfigProbeSchema.parse({
    name: 'n',
    key: 'account',
    url: 'https://api.example.com/{value}',
  });
  const report: ConfigReport = await source.read('config.json', folderTree(folder), {
    rules: [],
    probes: [probe],
  });
  expect(report.secrets).toEqual(['ordinary word']);
  const [request] = report.probes;
  expect(request?.url.href).toBe('https://api.example.com/ordinary%20word');
  expect(request?.shown).toBe('GET https://api.example.com/{value}');
  const other = ConfigProbeSchema.parse({
    ...probe,
    key: 'gone',
    url: 'https://x.example/{value}',
  });
  const { problems } = await source.read('config.json', folderTree(folder), {
    rules: [],
    probes: [other],
  });
  expect(problems).toEqual(['gone in config.json has no value, but the probe "n" sends it']);
});

describe('a declared probe', () => {
  const good = { name: 'n', key: 'k', url: 'https://api.example.com/v1?key={value}' };

  test.each<[object, RegExp]>([
    [{ url: 'http://api.example.com/?k={value}' }, /https:\/\/ address/],
    [{ url: 'https://{value}.example.com/' }, /https:\/\/ address/],
    [{ url: 'https://me:{value}@example.com/' }, /https:\/\/ address/],
    [{ url: 'https://example.com@evil.example/{value}' }, /https:\/\/ address/],
    [{ url: 'https://example.com:99999/{value}' }, /not an address/],
    [{ url: 'https://example.com/' }, /sends no key/],
    [{ status: [200, 401] }, /same answer/],
    [{ headers: { 'X Y': '{value}' } }, /name of a header/],
    [{ headers: { X: 'a\nb' } }, /one line/],
  ])('is refused: %j', (change, why) => {
    expect(() => ConfigProbeSchema.parse({ ...good, ...change })).toThrow(why);
  });

  test.each([
    {},
    { url: 'http://127.0.0.1:8080/{value}' },
    { url: 'https://api.example.com', headers: { X: '{value}' } },
    { url: 'https://api.example.com:8443/a/{config:k}', from: 'host' },
  ])('is taken: %j', (change) => {
    expect(ConfigProbeSchema.parse({ ...good, ...change })).toMatchObject({ unreachable: 'warn' });
  });
});

async function failureOf(running: Promise<unknown>): Promise<{ code: string; message: string }> {
  try {
    await running;
  } catch (error) {
    if (!isFailure(error)) throw error;
    const told = `${error.message} ${error.next} ${error.log} ${String(error.cause)} ${error.stack}`;
    for (const part of [KEY.slice(0, 8), KEY.slice(10, 31)]) expect(told).not.toContain(part);
    return error;
  }
  throw new Error('it passed');
}
