import { expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { reap } from '../../../sandbox/host/reap.ts';
import { leftoversOf } from './leftovers.ts';
import { describeOnHosts } from './on-hosts.ts';
import { until } from '../../support/until.ts';

const hostModule = new URL('../../../sandbox/host/host.ts', import.meta.url).href;
const bootAndWait = `
  const { bootHost } = await import(${JSON.stringify(hostModule)});
  console.log((await bootHost()).privateKeyPath);
  setInterval(() => {}, 60_000);
`;

async function bootInChild(): Promise<{ child: ChildProcess; run: string }> {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', bootAndWait], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(child.stdout, 'data');
  const run = basename(dirname(String(line)))
    .split('-')
    .slice(0, 2)
    .join('-');
  return { child, run };
}

function guardOf(run: string): number {
  const id = run.replace('argo-', '');
  const pid = readdirSync('/proc').find((entry) => {
    if (!/^\d+$/.test(entry)) return false;
    try {
      return readFileSync(`/proc/${entry}/cmdline`, 'utf8').endsWith(`--guard\0${id}\0`);
    } catch {
      return false;
    }
  });
  return Number(pid);
}

describeOnHosts('after the owner of a host ended', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)('nothing is left (%s)', async (signal) => {
    const { child, run } = await bootInChild();
    expect(leftoversOf(run)).not.toEqual([]);
    child.kill(signal);
    await until(() => leftoversOf(run).length === 0);
  });

  test('the next run reaps it, had its guard been killed as well', async () => {
    const { child, run } = await bootInChild();
    const ended = once(child, 'exit');
    process.kill(guardOf(run), 'SIGKILL');
    child.kill('SIGKILL');
    await ended;
    expect(leftoversOf(run)).not.toEqual([]);
    await reap();
    await until(() => leftoversOf(run).length === 0);
  });

  test('a run whose owner lives is not reaped', async () => {
    const { child, run } = await bootInChild();
    await reap();
    expect(leftoversOf(run)).not.toEqual([]);
    child.kill('SIGKILL');
    await until(() => leftoversOf(run).length === 0);
  });
});
