import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installByHand } from '../../../sandbox/engine/install.ts';
import { badCommits, commit, makeRepository } from '../../../sandbox/engine/repository.ts';
import type { Repository } from '../../../sandbox/engine/repository.ts';
import { bootHost } from '../../../sandbox/host/host.ts';
import type { TestHost } from '../../../sandbox/host/host.ts';
import { startTraffic } from '../../../sandbox/traffic.ts';
import { describeOnHosts } from '../host/on-hosts.ts';
import { until } from '../../support/until.ts';

describeOnHosts('the engine on a host', () => {
  let dir: string;
  const live = { path: '/opt/argo/blue', port: 8001, unit: 'argo-trading-blue.service' };
  let host: TestHost;
  let repo: Repository;

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'argo-engine-'));
    [host, repo] = await Promise.all([bootHost(), makeRepository(dir)]);
    await installByHand(host, repo, { ...live, release: 'r-1' });
  });

  afterAll(async () => {
    await host.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  const health = (): Promise<Response> => fetch(`${host.publicUrl}/api/v1/health`);

  test('answers health with its release, through nginx', async () => {
    const answer = await health();
    expect(answer.headers.get('x-release')).toBe('r-1');
    expect(await answer.json()).toMatchObject({
      status: 'healthy',
      version: 'r-1',
      services: { performance: { requests: expect.any(Number) }, data: { circuit_open: false } },
    });
  });

  test('passes its own tests', async () => {
    expect((await host.exec(`cd ${live.path} && python3 -m unittest discover`)).code).toBe(0);
  });

  test('bears steady traffic over a reload of nginx', async () => {
    const traffic = await startTraffic(`${host.publicUrl}/api/v1/signals`, { perSecond: 100 });
    const log = 'grep -c signals /var/log/nginx/access.log';
    const served = async () => Number((await host.exec(log)).stdout);
    await until(async () => (await served()) > 20);
    await host.exec('systemctl reload nginx');
    const before = await served();
    await until(async () => (await served()) > before + 20);
    const report = await traffic.stop();
    expect(report).toMatchObject({ failed: 0, failures: [], byRelease: { 'r-1': report.ok } });
    expect(report.ok).toBeGreaterThan(40);
  });

  test('answers its requests before it stops', async () => {
    const stopped = await host.exec(
      `systemctl stop ${live.unit}; systemctl show -P Result ${live.unit}`,
    );
    expect(stopped.stdout).toBe('success\n');
    await host.exec(`systemctl start ${live.unit}`);
    await until(async () => (await health()).ok);
  });

  test('degrades once traffic reaches it, not before', async () => {
    await commit(repo, {
      ...badCommits.degradesAfterSwitch,
      files: { 'behaviour.json': '{"after":"proxy","degradeAfterSeconds":0}' },
    });
    await host.exec(`systemctl stop ${live.unit}`);
    await installByHand(host, repo, live);
    expect(await (await health()).json()).toMatchObject({ status: 'healthy' });
    await fetch(`${host.publicUrl}/api/v1/signals`);
    expect(await (await health()).json()).toMatchObject({ status: 'degraded' });
  });
});

test('traffic refuses to go anywhere else', async () => {
  await expect(startTraffic('http://192.0.2.7/')).rejects.toThrow('test hosts only');
});
