import { afterEach, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Recording, TunnelRecord } from '../../bench/hosts/recording.ts';
import { latest, simulateHost } from '../../bench/hosts/simulated-host.ts';
import { startFront } from '../../bench/hosts/ssh-front.ts';
import type { Host } from '../../src/deploy/ports/ports.ts';
import { createHosts } from '../../src/host/hosts.ts';
import { keyPair, silent } from '../host/support/ssh-server.ts';

const options = { timeoutMs: 5_000, signal: new AbortController().signal, what: 'Test' };
const ends: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

async function simulated(recording: Recording): Promise<Host> {
  const folder = mkdtempSync(join(tmpdir(), 'simulated-'));
  ends.push(() => rmSync(folder, { recursive: true }));
  const identity = join(folder, 'id');
  writeFileSync(identity, keyPair().private, { mode: 0o600 });
  const front = await startFront(simulateHost(() => recording));
  const { port, hostKey } = front;
  ends.push(() => front.close());
  const hosts = createHosts({ log: silent });
  ends.push(() => hosts.closeAll());
  const settings = {
    name: 'simulated-1',
    address: '127.0.0.1',
    port,
    user: 'root',
    host_keys: [hostKey],
    identity_file: identity,
  };
  return hosts.open(settings, options.signal);
}

const script = (name: string, stdout: string, release = '20261129-120000-aaaaaaa', code = 0) => ({
  script: name,
  parameters: { release },
  stdout,
  stderr: '',
  code,
  ms: 1,
});

const answer = (sinceMs: number, over: Partial<TunnelRecord> = {}): TunnelRecord => ({
  port: 8001,
  after: '',
  sinceMs,
  refused: false,
  request: 'GET /health HTTP/1.1',
  response: 'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n20261129-120000-aaaaaaa',
  ms: 1,
  ...over,
});

test('a simulated host answers as recorded, with the release that it is told', async () => {
  const host = await simulated({
    scripts: [
      script('slot-state', 'release\t20261129-120000-aaaaaaa\n'),
      script('inspect', 'free_mb\t7\n'),
      script('inspect', 'free_mb\t8\n'),
    ],
    tunnels: [answer(0), answer(0, { port: 8002, refused: true, request: '', response: '' })],
  });
  const release = '20261130-090000-bbbbbbb';
  const ahead = [{ script: 'inspect', parameters: {} }];
  const state = await host.run('slot-state', { release }, { ...options, ahead });
  expect(state.value('release')).toBe(release);
  const free = [];
  for (let time = 1; time <= 3; time += 1) {
    free.push((await host.run('inspect', {}, options)).value('free_mb'));
  }
  // What is asked for more often than it was recorded gets the last answer again.
  expect(free).toEqual(['7', '8', '8']);
  const { body } = await host.get(new URL('http://127.0.0.1:8001/health'), options);
  expect(body).toBe(release);
  await expect(host.get(new URL('http://127.0.0.1:8002/health'), options)).rejects.toMatchObject({
    code: 'connection-refused',
  });
});

test('files without a size are taken after the lock is held', async () => {
  const host = await simulated({
    scripts: [script('upload', 'fence\theld\nmode\t644 a\n')],
    tunnels: [],
  });
  const payload = Readable.from([Buffer.alloc(100_000)]);
  const release = '20261129-120000-aaaaaaa';
  const sent = await host.run('upload', { release }, { ...options, payload });
  expect(sent.values('mode')).toEqual(['644 a']);
});

test('a request is answered as at the same time of the recording', () => {
  const all = [answer(10, { refused: true }), answer(50), answer(90)];
  expect(latest(all, 5)?.sinceMs).toBe(10);
  expect(latest(all, 60)?.sinceMs).toBe(50);
  expect(latest(all, 1_000)?.sinceMs).toBe(90);
});
