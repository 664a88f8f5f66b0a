import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startRedis, type PrivateRedis } from '../../../sandbox/redis.ts';
import { readSince } from '../../../src/cli/audit/since.ts';
import { createAudit } from '../../../src/redis/records/audit.ts';
import { type Connection, connectRedis } from '../../../src/redis/connection/connect.ts';
import { key } from '../../../src/redis/records/keys.ts';
import { temporaryFolder } from '../../source/repository.ts';
import { environment } from '../command.ts';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const cli = path.join(import.meta.dirname, '..', '..', '..', 'src', 'cli.ts');
const day = (n: number) => `2026-11-0${n}T08:00:00.000Z`;
const decision = { kind: 'lock', person: 'U1', service: 'engine', environment: 'production' };
let server: PrivateRedis;
let redis: Connection;

beforeAll(async () => {
  server = await startRedis();
  redis = connectRedis(server.url, 'fail-fast', silent);
  const audit = createAudit({ redis });
  await audit.record({ ...decision, at: day(1), outcome: 'locked', note: 'a "quoted", reason' });
  await audit.record({ ...decision, at: day(3), outcome: 'locked', note: '=HYPERLINK("x")\n+1' });
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

function spawning() {
  return {
    cwd: temporaryFolder(),
    encoding: 'utf8',
    env: {
      ...environment,
      REDIS_URL: server.url,
      SLACK_BOT_TOKEN: 'xoxb-test',
      SLACK_APP_TOKEN: 'xapp-test',
    },
  } as const;
}

function argoBot(...args: string[]) {
  const command = [cli, 'audit', ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, spawning());
  return { code: status, out: stdout, err: stderr };
}

describe('argo-bot audit', () => {
  test('export gives JSON lines, verify the head that export has named', () => {
    const { code, out, err } = argoBot('export');
    expect({ code, err }).toMatchObject({ code: 0 });
    const lines = out.trim().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { n: 1, at: day(1), previous: '' },
      { n: 2, at: day(3) },
    ]);
    const head = JSON.parse(lines[1] ?? '').hash;
    expect(err).toContain(`Head: ${head}`);
    expect(argoBot('verify', '--head', head)).toMatchObject({ code: 0 });
  });

  test('export as CSV from a day on has no cell that a program takes for a formula', () => {
    const { code, out } = argoBot('export', '--since', '2026-11-02', '--format', 'csv');
    expect(code).toBe(0);
    const [heading, ...rows] = out.split('\r\n');
    expect(heading).toBe(
      'n,at,kind,person,service,environment,deployment,host,asked,digest,outcome,note,previous,hash',
    );
    expect(rows[0]).toContain(`"2","${day(3)}","lock","U1","engine","production","","","",""`);
    expect(rows[0]).toContain(`,"'=HYPERLINK(""x"")\n+1",`);
    expect(rows).toHaveLength(2);
  });

  test.each([
    [[]],
    [['list']],
    [['export', '--format', 'xml']],
    [['export', '--since', 'yesterday']],
    [['export', '--since', '2026-02-30']],
    [['verify', '--since', '7d']],
    [['verify', '--head', 'abc']],
  ])('%j is refused as wrong usage', (args) => {
    expect(argoBot(...args)).toMatchObject({ code: 2, out: '' });
  });

  test('an entry that was changed is named by both, with exit code 1', async () => {
    const first = await redis.lindex(key('audit'), 0);
    await redis.lset(key('audit'), 0, (first ?? '').replace('U1', 'U2'));
    for (const verb of ['verify', 'export']) {
      const { code, out, err } = argoBot(verb);
      expect(code).toBe(1);
      expect(out + err).toContain('Entry 1 of 2 does not fit');
    }
  });
});

/** In a process of its own, as the command does it. */
function recordSetup(more: Record<string, string>) {
  const module = path.join(import.meta.dirname, '..', '..', '..', 'src', 'cli', 'record-setup.ts');
  const code = `(await import(${JSON.stringify(module)})).recordSetup('h1', 'script', 'set up')`;
  return spawnSync(process.execPath, ['--input-type=module', '--eval', `await ${code}`], {
    cwd: temporaryFolder(),
    encoding: 'utf8',
    env: { ...environment, SUDO_USER: 'ada', ...more },
  });
}

describe('a setup of a host', () => {
  const tokens = { SLACK_BOT_TOKEN: 'xoxb-test', SLACK_APP_TOKEN: 'xapp-test' };

  test('is recorded with the person and the digest of what root ran', async () => {
    const { status, stderr } = recordSetup({ ...tokens, REDIS_URL: server.url });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const [line] = await redis.lrange(key('audit-pending'), -1, -1);
    expect(JSON.parse(line ?? '')).toMatchObject({
      kind: 'setup',
      person: expect.stringMatching(/^ada@/),
      host: 'h1',
      outcome: 'set up',
      digest: createHash('sha256').update('script').digest('hex'),
    });
  });

  test.each([
    ['no tokens are set', {}],
    ['Redis is away', { ...tokens, REDIS_URL: 'redis://127.0.0.1:1' }],
  ])('where %s goes on, and says that it is not recorded', (_why, more) => {
    const { status, stderr } = recordSetup(more);
    expect(status).toBe(0);
    expect(stderr).toMatch(/^ {2}The audit does not have this setup of h1 \(set up\): .+\n$/);
  });
});

describe('an export that is longer than a pipe holds', () => {
  beforeAll(async () => {
    const audit = createAudit({ redis });
    const long = { ...decision, at: day(5), outcome: 'locked', note: 'n'.repeat(1_000) };
    await Promise.all(Array.from({ length: 500 }, () => audit.record(long)));
  });

  test.each([
    ['| head -n 1', 0],
    ['> /dev/full', 1],
  ])('%s ends with %d', (after, code) => {
    const piped = `set -o pipefail; "$0" "$1" audit export ${after}`;
    const command = ['-c', piped, process.execPath, cli];
    const { status, stderr } = spawnSync('bash', command, spawning());
    expect({ status, stderr }).toMatchObject({ status: code });
    expect(stderr).not.toContain('EPIPE');
  });
});

test.each([
  ['2026-11-01', Date.UTC(2026, 10, 1)],
  ['2026-11-01T08:30Z', Date.UTC(2026, 10, 1, 8, 30)],
  ['2026-11-01T08:30:05+01:00', Date.UTC(2026, 10, 1, 7, 30, 5)],
  ['7d', 0],
  ['2026-13-01', undefined],
  ['2026-11-01T25:00Z', undefined],
  ['', undefined],
  ['-7d', undefined],
])('--since %s', (text, expected) => {
  expect(readSince(text, 7 * 86_400_000)).toBe(expected);
});
