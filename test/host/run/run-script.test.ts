import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import type { ServerChannel } from 'ssh2';
import {
  Fenced,
  Interrupted,
  OutcomeUnknown,
  StageFailed,
} from '../../../src/deploy/record/errors.ts';
import type { Host, Hosts, RunOptions } from '../../../src/deploy/ports/ports.ts';
import { createHosts } from '../../../src/host/hosts.ts';
import { holdTimeLimits } from '../../support/time-limits.ts';
import { end, silent, startServer, type TestServer } from '../support/ssh-server.ts';

let server: TestServer;
let hosts: Hosts;
let host: Host;
beforeEach(async () => {
  server = await startServer();
  hosts = createHosts({
    log: silent,
    redact: async (text) => text.replaceAll('hunter2', '[secret]'),
  });
  host = await hosts.open(server.settings, new AbortController().signal);
});
afterEach(async () => {
  jest.useRealTimers();
  await hosts.closeAll();
  await server.close();
});

const options = (more: Partial<RunOptions> = {}): RunOptions => ({
  timeoutMs: 25_000,
  signal: new AbortController().signal,
  what: 'Service started',
  ...more,
});
const run = (more: Partial<RunOptions> = {}, script = 'start-slot') =>
  host.run(script, { root: '/srv/x', epoch: 7 }, options(more));

const started = () =>
  new Promise<void>((resolve) => {
    server.onExec = () => resolve();
  });

async function received(channel: ServerChannel): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of channel) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}

describe('what a script is sent', () => {
  test('the parameters, the payload and its length; the command never changes', async () => {
    const inputs: string[] = [];
    server.onExec = (channel) =>
      void received(channel).then((input) => end(channel, inputs.push(input) && 0, 'a\t1\n'));
    const answer = await run({ payload: Buffer.from('pay\nload') });
    expect(answer.value('a')).toBe('1');
    await host.run('start-slot', { root: '$(id)', epoch: 8 }, options({ timeoutMs: 10_000 }));
    expect(inputs[0]).toBe('root=/srv/x\nepoch=7\nwait=15\npayload_bytes=8\n\npay\nload');
    expect(inputs[1]).toContain('root=$(id)\n');
    // The wait for the lock ends before the time limit, however late a busy machine has begun.
    expect(inputs[1]).toMatch(/^wait=[0-8]$/m);
    expect(new Set(server.commands).size).toBe(1);
  });

  test('a stream of 20 MB arrives whole, read no faster than it is taken', async () => {
    const chunk = Buffer.alloc(256 * 1024, 'x');
    let read = 0;
    const payload = Readable.from(
      (function* () {
        for (; read < 80; read += 1) yield chunk;
      })(),
    );
    let bytes = 0;
    server.onExec = (channel) => {
      channel.write('fence\theld\n');
      // Nothing is taken until the sender has stopped for it.
      channel.once('readable', () => {
        expect(read).toBeLessThan(80);
        channel.on('data', (data: Buffer) => (bytes += data.length));
        channel.on('end', () => end(channel, 0));
      });
    };
    await run({ payload }, 'upload');
    expect(bytes).toBeGreaterThan(80 * chunk.length);
  });

  test('an error of the payload fails the run as it is', async () => {
    const failure = new StageFailed('engine.py vanished', { code: 'files-changed', next: '' });
    server.onExec = (channel) => void channel.write('fence\theld\n');
    const payload = new Readable({ read() {} });
    payload.push('x');
    payload.destroy(failure);
    await expect(run({ payload }, 'upload')).rejects.toBe(failure);
  });

  test('a script that ends before it has read everything tells why', async () => {
    server.onExec = (channel) => end(channel, 1, 'fence\theld\n', 'the disk is full\n');
    const payload = new Readable({
      read() {
        this.push(Buffer.alloc(64 * 1024));
      },
    });
    await expect(run({ payload }, 'upload')).rejects.toMatchObject({
      message: 'Service started exited 1 on trading-1: the disk is full',
    });
    expect(payload.destroyed).toBe(true);
  });
});

describe('how a script ends', () => {
  test.each([
    [3, 'oh\nno hunter2\n', 'Service started exited 3 on trading-1: oh\nno [secret]'],
    [4, '', 'Service started exited 4 on trading-1: nothing written'],
  ])('exit code %d is a failure worded by its last lines', async (code, stderr, message) => {
    server.onExec = (channel) => end(channel, code, 'a\tb\n', stderr);
    const failure = run();
    await expect(failure).rejects.toThrow(StageFailed);
    await expect(failure).rejects.toMatchObject({ message, code: 'script-failed' });
  });

  test('without an exit code nobody knows', async () => {
    server.onExec = (channel) => channel.end('a\tb\n');
    const failure = run();
    await expect(failure).rejects.toThrow(OutcomeUnknown);
    await expect(failure).rejects.toMatchObject({ code: 'no-exit-code' });
  });

  test('69 is a host on its way down, where nothing that is said about the service counts', async () => {
    server.onExec = (channel) => end(channel, 69, 'fence\theld\n', 'oh\nno hunter2\n');
    const failure = run();
    await expect(failure).rejects.toThrow(OutcomeUnknown);
    await expect(failure).rejects.toMatchObject({
      code: 'host-going-down',
      message: expect.stringContaining('as during a reboot (no [secret])'),
    });
  });

  test('76 carries the epoch the host follows', async () => {
    server.onExec = (channel) => end(channel, 76, 'fence\theld\nepoch\t12\n');
    const failure = run();
    await expect(failure).rejects.toThrow(Fenced);
    await expect(failure).rejects.toMatchObject({ cause: { epoch: 12 } });
  });

  test('a busy host is asked again, and the stream is still whole', async () => {
    let asked = 0;
    let input = '';
    server.onExec = (channel) => {
      asked += 1;
      if (asked < 3) return end(channel, 75, 'holder\tdeployment d-1\n', 'held');
      channel.write('fence\theld\n');
      return void received(channel).then((all) => {
        input = all;
        return end(channel, 0);
      });
    };
    await run({ payload: Readable.from([Buffer.from('one '), Buffer.from('two')]) }, 'upload');
    expect(asked).toBe(3);
    expect(input).toMatch(/\n\none two$/);
  });

  test('a host that stays busy is named with who holds it', async () => {
    // No time for a second try, whenever the first one is answered.
    holdTimeLimits();
    server.onExec = (channel) => end(channel, 75, 'holder\tdeployment d-1, epoch 6\n', 'held');
    await expect(run({ timeoutMs: 1_000 })).rejects.toMatchObject({
      code: 'host-busy',
      message: expect.stringContaining('in use by deployment d-1, epoch 6'),
    });
  });

  test('sudo that asks for a password is told with the line to add', async () => {
    server.onLogin = (channel) => end(channel, 1, '', 'sudo: a password is required\n');
    const other = await hosts.open({ ...server.settings, user: 'deploy' }, options().signal);
    await expect(other.run('inspect', {}, options())).rejects.toMatchObject({
      code: 'sudo-refused',
      next: expect.stringContaining('argo-bot host setup --host trading-1'),
      log: expect.stringContaining('deploy ALL=(root) NOPASSWD: /bin/sh'),
    });
    expect(server.commands[0]).toMatch(/^exec \/usr\/bin\/env .* sudo -n -u root \/bin\/sh -c '/);
  });

  test('too much output is not swallowed', async () => {
    server.onExec = (channel) => {
      channel.on('error', () => {});
      channel.write(Buffer.alloc(9 * 1024 * 1024, 'x'));
    };
    await expect(run()).rejects.toMatchObject({ code: 'output-too-long' });
  });
});

describe('what happens on the way', () => {
  test('a cut connection leaves the outcome unknown, at once', async () => {
    const began = started();
    const failure = run();
    void began.then(() => server.cut());
    await expect(failure).rejects.toThrow(OutcomeUnknown);
  });

  test('a frozen link ends with the time limit', async () => {
    const pass = holdTimeLimits();
    server.onExec = () => {
      server.freeze();
      pass(300);
    };
    const failure = run({ timeoutMs: 300 });
    await expect(failure).rejects.toMatchObject({ name: 'OutcomeUnknown', code: 'timed-out' });
  });

  test('a frozen link is noticed by its keepalive', async () => {
    const alert = createHosts({ log: silent, timing: { keepaliveMs: 30 } });
    const watched = await alert.open(server.settings, options().signal);
    const began = started();
    const failure = watched.run('start-slot', {}, options());
    void began.then(() => server.freeze());
    await expect(failure).rejects.toMatchObject({ name: 'OutcomeUnknown', code: 'link-lost' });
    await alert.closeAll();
  });

  test('an abort interrupts, and closes the channel there', async () => {
    const stop = new AbortController();
    const closed = new Promise<void>((resolve) => {
      server.onExec = (channel) => {
        channel.on('close', () => resolve());
        channel.resume();
        stop.abort();
      };
    });
    await expect(run({ signal: stop.signal })).rejects.toThrow(Interrupted);
    await closed;
  });

  test('one already stopped sends nothing', async () => {
    await expect(run({ signal: AbortSignal.abort() })).rejects.toThrow(Interrupted);
    expect(server.commands).toEqual([]);
  });

  test('at most eight at once, the rest in turn', async () => {
    let now = 0;
    let most = 0;
    const running: ServerChannel[] = [];
    server.onExec = (channel) => {
      now += 1;
      most = Math.max(most, now);
      running.push(channel);
      // The eighth lets all go; those that waited go by twos.
      if (running.length < 8 && server.commands.length <= 8) return;
      for (const each of running.splice(0)) {
        now -= 1;
        end(each, 0);
      }
    };
    // A fenced script would open the channel of the next one, too.
    await Promise.all(Array.from({ length: 20 }, () => run({}, 'inspect')));
    expect(most).toBe(8);
    expect(server.commands).toHaveLength(20);
  });

  test('closing everything ends what runs', async () => {
    const began = started();
    const failure = run();
    const [connection] = server.connections;
    void began.then(() => hosts.closeAll());
    await expect(failure).rejects.toThrow(OutcomeUnknown);
    await once(connection!, 'close');
  });
});
