import { expect, test } from '@jest/globals';
import { hopelessFailure, notRunningFailure } from '../../../src/deploy/health/not-running.ts';
import { parseAnswer } from '../../../src/host/run/answer.ts';
import { createMemoryWorld } from '../../support/memory-ports.ts';
import { stageContext } from '../../support/stage-context.ts';

const world = createMemoryWorld();
const context = stageContext(world);

const state = (said: Record<string, string>) => {
  const lines = Object.entries({ exit_status: '0', ...said }).map(([key, of]) => `${key}\t${of}\n`);
  const answer = parseAnswer({ stdout: lines.join(''), stderr: '', what: 'x', host: 'host-1' });
  return { unit: 'engine.service', answer, log: ['ERROR bad'], logToLastCrash: ['ERROR bad'] };
};
const waiting = { active: 'activating', ended: 'exited 3 ExecStart exit-code' };
const idle = { active: 'inactive', last_job: 'start' };

test.each<[string, Record<string, string>, string | undefined]>([
  ['that runs', { active: 'active', ended: waiting.ended }, undefined],
  ['that starts', { active: 'activating' }, undefined],
  [
    'that waits for its restart',
    { ...waiting, restart_after: '1' },
    'engine.service ended with exit status 3 on host-1. It was not healthy within 60 s',
  ],
  [
    'that waits too long',
    { ...waiting, restart_after: '60' },
    'engine.service ended with exit status 3 on host-1. systemd starts it again only after 60 s (RestartSec), but it must be healthy within 60 s',
  ],
  [
    'that ended with a clean signal',
    { ...idle, ended: 'killed 15 ExecStart ' },
    'engine.service was killed by SIGTERM on host-1',
  ],
  [
    'that was stopped after a crash',
    { ...idle, last_job: 'stop', ended: waiting.ended },
    'engine.service is stopped on host-1',
  ],
  [
    'whose journal is lost',
    { ...idle, last_job: 'unknown', ended: '' },
    'engine.service is stopped on host-1',
  ],
])('a service %s', (_, said, first) => {
  const failure = notRunningFailure(context, world.host, state(said), 60);
  expect(failure?.message.split('\n')[0]).toBe(first);
});

const hopeless = (said: Record<string, string>, died = 0) =>
  hopelessFailure(context, world.host, state(said), { died, seconds: 60 })?.message.split('\n')[0];

test('the bot waits as long as the service may become healthy', () => {
  expect(hopeless({ ...waiting, restart_after: '59' })).toBeUndefined();
  expect(hopeless({ ...waiting, restart_after: '60' })).toContain('only after 60 s');
  expect(
    hopeless({ ...idle, last_job: 'stop', ended: 'exited 0 ExecStart success' }),
  ).toBeUndefined();
  expect(hopeless({ active: 'active', ended: 'exited 0 ExecStart success' }, 1)).toBeUndefined();
  expect(hopeless({ active: 'active', ended: 'exited 0 ExecStart success' }, 3)).toBe(
    'engine.service ended 3 times on host-1 (exit status 0)',
  );
});

test('after a kill for want of memory, the next step names the limit', () => {
  const said = state({ active: 'failed', ended: 'killed 9 ExecStart oom-kill' });
  const failure = hopelessFailure(context, world.host, said, { died: 0, seconds: 60 });
  expect(failure?.message).toContain('failed on host-1 (killed by SIGKILL, out of memory)');
  expect(failure?.next).toBe(
    'raise MemoryMax of its unit (`memory_max` in argo.yml) and restart argo-bot, then `/argo retry`. Or make the service use less memory, commit and push, then `/argo deploy`.',
  );
});
