import { expect, test } from '@jest/globals';
import { stable } from '../../faults/stable.ts';
import type { DeploymentEvent } from '../../src/deploy/record/events.ts';
import { request } from '../support/stage-context.ts';

interface Run {
  id: string;
  sha: string;
  host: string;
  live: 'blue' | 'green';
  at: number;
  pid: number;
}

/** A row's journal, as two recordings of it differ. */
function journal({ id, sha, host, live, at, pid }: Run): DeploymentEvent[] {
  const slot = live === 'blue' ? 'green' : 'blue';
  const port = live === 'blue' ? 8002 : 8001;
  const release = `20261129-111422-${sha.slice(0, 7)}`;
  const [old, older] = [`20261129-111322-${sha.slice(3, 10)}`, '20261129-111222-1234abc'];
  const slots = {
    blue: live === 'blue' ? old : older,
    green: live === 'blue' ? older : old,
  };
  return [
    { type: 'requested', at, id, request: request() },
    { type: 'phase-started', at: at + pid, phase: 'prepare', epoch: pid, worker: `w-${pid}` },
    {
      type: 'done',
      at: at + 2 * pid,
      stage: 'claim',
      ms: pid,
      summary: `${live} is live, ${slot} is idle`,
      warnings: [`${host}:22 answers in ${pid} ms`],
      skipped: false,
      facts: { slot, release, slots, commit: { sha, at: at - pid } },
    },
    {
      type: 'stage-failed',
      at: at + 3 * pid,
      stage: 'health',
      ms: pid,
      failure: {
        code: 'unhealthy',
        message: `engine-${slot} on port ${port} failed in /tmp/argo-scene-${id}/engine at ${sha.slice(0, 7)}`,
        next: `Test it on machine-${pid}: \`sudo -Hu root true\`.`,
        log: `${'noise\n'.repeat(pid)}the end`,
      },
    },
  ];
}

const sha = (digit: string): string => digit.repeat(40);

test('two recordings of a row are the same, whichever slot was idle', () => {
  const one: Run = {
    id: 'd-1',
    sha: sha('a'),
    host: '198.18.0.7',
    live: 'blue',
    at: 1.8e12,
    pid: 7,
  };
  const other: Run = {
    id: 'd-22',
    sha: sha('7'),
    host: '198.19.4.1',
    live: 'green',
    at: 1.9e12,
    pid: 5,
  };
  const [first, second] = [one, other].map((run) => stable(journal(run)));
  expect(second).toEqual(first);
  const text = JSON.stringify(first);
  expect(text).toContain('engine-green on port 8002 failed in /tmp/sandbox/engine');
  expect(text).not.toMatch(/198\.1|machine-|argo-scene/);
});
