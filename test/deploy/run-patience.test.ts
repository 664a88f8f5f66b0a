import { describe, expect, jest, test } from '@jest/globals';
import { openGate } from '../../src/deploy/record/deployment.ts';
import { stageOf } from '../support/stage-of.ts';
import { HostUnreachable, Interrupted } from '../../src/deploy/record/errors.ts';
import { waitBeforeRetry } from '../../src/deploy/engine/retry-policy.ts';
import { descriptions } from '../../src/deploy/record/stages.ts';
import { UnitSchema } from '../../src/deploy/settings/unit.ts';
import { linkLost } from '../support/memory-host.ts';
import { play } from '../support/play.ts';

const everythingButDate = [
  'hrtime',
  'nextTick',
  'performance',
  'queueMicrotask',
  'setImmediate',
  'clearImmediate',
  'setInterval',
  'clearInterval',
  'setTimeout',
  'clearTimeout',
] as const;

const allows = (stop_timeout_seconds: number) =>
  UnitSchema.safeParse({ stop_timeout_seconds }).error?.issues.every(
    ({ path }) => path[0] !== 'stop_timeout_seconds',
  ) ?? true;

test('a stage that stops a unit takes as long as argo.yml allows the unit', () => {
  const longest = 600;
  expect([allows(longest), allows(longest + 1)]).toEqual([true, false]);
  const { unit, start, cleanup } = descriptions;
  // systemd gives a start 90 s.
  for (const { timeoutMs } of [unit, start, cleanup])
    expect(timeoutMs).toBeGreaterThan((longest + 90) * 1_000);
});

describe('a host that is away', () => {
  const down = new HostUnreachable('host-1 is down', { code: 'host-down', next: 'Start it.' });

  test('is said at once at the claim, where nothing has begun', async () => {
    let opened = 0;
    const p = await play({
      opening: () => {
        opened += 1;
        throw down;
      },
    });
    expect(stageOf(await p.go(), 'claim').failure).toMatchObject({ code: 'host-down' });
    // Once ahead of each of the two phases, once for the early claim, and once for the claim itself.
    expect(opened).toBe(4);
  });

  test('is tried again at the claim when it only dropped the connection', async () => {
    const p = await play();
    let tries = 0;
    p.host.on['claim'] = () => {
      tries += 1;
      if (tries > 2) return undefined;
      throw new HostUnreachable('reset', { code: 'connection-dropped', next: 'Wait.' });
    };
    expect(openGate(await p.go())).toBeDefined();
    expect(tries).toBeGreaterThan(2);
  });

  test.each([
    ['a lost link', linkLost('host-1')],
    ['an unreachable host', down],
  ])('in the middle is tried again after %s', async (_name, error) => {
    const p = await play();
    let tries = 0;
    p.host.on['upload'] = () => {
      tries += 1;
      if (tries < 3) throw error;
      return undefined;
    };
    expect(openGate(await p.go())).toBeDefined();
    expect(tries).toBe(3);
  });

  test.each(['host-key-mismatch', 'auth-refused'] as const)(
    'is not tried again after %s',
    async (code) => {
      const p = await play();
      p.host.on['upload'] = () =>
        Promise.reject(new HostUnreachable('no', { code, next: 'Mend.' }));
      expect(stageOf(await p.go(), 'upload').failure).toMatchObject({ code });
      expect(p.host.scripts.filter((script) => script === 'upload')).toHaveLength(1);
    },
  );
});

describe('a link', () => {
  test('that breaks late in a long stage is still waited for', async () => {
    jest.useFakeTimers({ doNotFake: [...everythingButDate], now: 1_000_000 });
    try {
      const p = await play();
      let tries = 0;
      p.host.on['upload'] = () => {
        tries += 1;
        if (tries > 1) return undefined;
        jest.setSystemTime(1_000_000 + 8 * 60_000);
        throw linkLost('host-1');
      };
      expect(openGate(await p.go())).toBeDefined();
    } finally {
      jest.useRealTimers();
    }
  });

  test('that stays broken is given up after a minute and a half', async () => {
    jest.useFakeTimers({ doNotFake: [...everythingButDate], now: 1_000_000 });
    try {
      const p = await play();
      let tries = 0;
      p.host.on['upload'] = () => {
        tries += 1;
        jest.setSystemTime(1_000_000 + tries * 60_000);
        throw linkLost('host-1');
      };
      expect(stageOf(await p.go(), 'upload').failure).toMatchObject({ code: 'link-lost' });
      expect(tries).toBe(3);
    } finally {
      jest.useRealTimers();
    }
  });
});

describe('a stage', () => {
  test('that does not end in its time fails, and says which', async () => {
    const p = await play();
    const limit = jest.replaceProperty(descriptions.verify, 'timeoutMs', 50);
    p.host.on['verify'] = (_given, { signal }) =>
      new Promise((_done, broken) => {
        signal.addEventListener('abort', () => broken(new Error('aborted')));
      });
    const d = await p.go().finally(() => limit.restore());
    expect(stageOf(d, 'verify').failure).toMatchObject({
      code: 'timed-out',
      message: 'Upload check did not end within 0.05 s',
    });
    expect(d.finished?.ending).toBe('failed');
  });

  test('that breaks off unexpectedly is a fault of ours, and is said to be one', async () => {
    const p = await play();
    p.files.discover = () => Promise.reject(new TypeError('x is undefined'));
    expect(stageOf(await p.go(), 'checks').failure).toMatchObject({
      code: 'unexpected',
      message: 'argo-bot has a bug, and did not do this.',
      next: expect.stringContaining(`search the bot’s log for ${p.id}`),
    });
  });
});

describe('the epoch', () => {
  test('goes past what the hosts know, when Redis has forgotten', async () => {
    const p = await play({ hosts: ['host-1', 'host-2', 'host-3', 'host-4'] });
    p.hosts.forEach((host, index) => (host.epoch = 40 + index * 10));
    expect(openGate(await p.go())).toBeDefined();
    expect(p.hosts.map(({ epoch }) => epoch)).toEqual([71, 71, 71, 71]);
  });
});

describe('what stood in the way until the time of a stage was up', () => {
  test('is told, and not that an operation was aborted', async () => {
    const down = new HostUnreachable('host-1 has no session left', {
      code: 'session-refused',
      next: 'Look.',
    });
    const deadline = AbortSignal.abort(new DOMException('late', 'TimeoutError'));
    const both = { signal: AbortSignal.any([deadline]), deadline };
    await expect(waitBeforeRetry(1, down, both)).rejects.toBe(down);
    const stop = AbortSignal.abort(new Interrupted('stopping'));
    const stopped = { signal: stop, deadline: new AbortController().signal };
    await expect(waitBeforeRetry(1, down, stopped)).rejects.toBe(stop.reason);
  });
});
