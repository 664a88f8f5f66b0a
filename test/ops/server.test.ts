import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { startRedis, type PrivateRedis } from '../../sandbox/redis.ts';
import { createRedactor } from '../../src/deploy/secrets/redactor.ts';
import { createBoard } from '../../src/ops/board.ts';
import type { Check } from '../../src/ops/health.ts';
import { createMetrics } from '../../src/ops/metrics.ts';
import { type Ops, startOps } from '../../src/ops/server.ts';

let ops: Ops | undefined;
afterEach(async () => {
  await ops?.stop();
  ops = undefined;
});

async function start(more: { checks?: Check[]; board?: ReturnType<typeof createBoard> } = {}) {
  ops = await startOps({
    host: '127.0.0.1',
    port: 0,
    checks: more.checks ?? [],
    metrics: createMetrics(),
    board: more.board,
  });
  const root = `http://127.0.0.1:${ops.port}`;
  return (path: string, init?: RequestInit) => fetch(root + path, init);
}

describe('health', () => {
  test('is 200 when all is well, and says what was looked at', async () => {
    const get = await start({ checks: [{ name: 'redis', problem: async () => undefined }] });
    const answer = await get('/health');
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ status: 'ok', checks: { redis: 'ok' } });
  });

  test('is 503 with the words for what is wrong, whether told, thrown or never answered', async () => {
    const get = await start({
      checks: [
        { name: 'redis', problem: () => Promise.reject(new Error('connection refused')) },
        { name: 'slack', problem: async () => 'no socket is open' },
        { name: 'queue', problem: () => new Promise(() => {}) },
        { name: 'fine', problem: async () => undefined },
      ],
    });
    const answer = await get('/health');
    expect(answer.status).toBe(503);
    expect(await answer.json()).toEqual({
      status: 'failing',
      checks: {
        redis: 'connection refused',
        slack: 'no socket is open',
        queue: 'no answer within 2 s',
        fine: 'ok',
      },
    });
  });

  test('and the metrics are only to be read; nothing else is there', async () => {
    const get = await start();
    expect((await get('/health', { method: 'POST' })).status).toBe(405);
    const metrics = await get('/metrics');
    expect(metrics.headers.get('content-type')).toContain('text/plain; version=0.0.4');
    expect(await metrics.text()).toContain('process_cpu_seconds_total');
    for (const path of ['/', '/queues', '/queues/api/queues', '/../etc/passwd'])
      expect((await get(path)).status).toBe(404);
  });
});

describe('the board of the queue', () => {
  const password = 'correct horse battery';
  const authorization = `Basic ${Buffer.from(`ops:${password}`).toString('base64')}`;
  const secret = 'hunter2-hunter2';
  let server: PrivateRedis;
  let redis: Redis;
  let queue: Queue;
  beforeAll(async () => {
    server = await startRedis();
    redis = new Redis(server.url, { maxRetriesPerRequest: null });
    queue = new Queue('deploy', { connection: redis, prefix: '{argo}' });
    await queue.add('prepare', { deployment: 'd1', note: `the key is ${secret}` }, { jobId: 'd1' });
  });
  afterAll(async () => {
    await queue.close();
    redis.disconnect();
    await server.stop();
  });

  function open() {
    const redactor = createRedactor();
    redactor.learn([secret]);
    return start({ board: createBoard({ queues: [queue], user: 'ops', password, redactor }) });
  }

  test('is shown to who logs in, and cannot be framed', async () => {
    const get = await open();
    const asked = await get('/queues');
    expect(asked.status).toBe(401);
    expect(asked.headers.get('www-authenticate')).toContain('Basic');
    const shown = await get('/queues', { headers: { authorization } });
    expect(shown.status).toBe(200);
    expect(await shown.text()).toContain('<base href="/queues/"');
    for (const answer of [asked, shown]) {
      expect(answer.headers.get('x-frame-options')).toBe('DENY');
      expect(answer.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    }
  });

  test('tells of jobs without secrets', async () => {
    const get = await open();
    for (const path of [
      '/queues/api/queues?activeQueue=deploy&status=waiting',
      '/queues/api/queues/deploy/d1',
    ]) {
      const answer = await get(path, { headers: { authorization } });
      expect(answer.status).toBe(200);
      const text = await answer.text();
      expect(text).toContain('the key is [secret]');
      expect(text).not.toContain(secret);
    }
  });

  test('changes nothing, whatever it is sent', async () => {
    const get = await open();
    const paths = ['/add', '/pause', '/empty', '/obliterate', '/d1/clean', '/d1/promote'];
    for (const path of paths) {
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
        const answer = await get(`/queues/api/queues/deploy${path}`, {
          method,
          headers: { authorization, 'content-type': 'application/json' },
          body: '{}',
        });
        expect(answer.status).toBe(405);
      }
    }
    expect(await queue.isPaused()).toBe(false);
    expect(await queue.getJobCounts('waiting')).toEqual({ waiting: 1 });
  });

  test('bars who guesses', async () => {
    const get = await open();
    const wrong = {
      headers: { authorization: `Basic ${Buffer.from('ops:x').toString('base64')}` },
    };
    for (let times = 0; times < 5; times += 1)
      expect((await get('/queues', wrong)).status).toBe(401);
    const barred = await get('/queues', { headers: { authorization } });
    expect(barred.status).toBe(429);
    expect(barred.headers.get('retry-after')).toBe('60');
  });
});
