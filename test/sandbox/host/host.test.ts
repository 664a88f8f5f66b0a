import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { dirname } from 'node:path';
import { bootHost, bootHosts } from '../../../sandbox/host/host.ts';
import type { TestHost } from '../../../sandbox/host/host.ts';
import { leftoversOf } from './leftovers.ts';
import { describeOnHosts } from './on-hosts.ts';
import { until } from '../../support/until.ts';

describeOnHosts('two hosts', () => {
  let one: TestHost;
  let two: TestHost;

  beforeAll(async () => {
    const [first, second] = await bootHosts(2, { name: 'trading' });
    if (first === undefined || second === undefined) throw new Error('two were asked for');
    one = first;
    two = second;
  });

  afterAll(() => Promise.all([one.stop(), two.stop()]));

  test('run systemd, every unit started', async () => {
    const said = await one.exec('cat /proc/1/comm; systemctl is-system-running; hostname');
    expect(said).toEqual({ code: 0, stdout: 'systemd\nrunning\ntrading-1\n', stderr: '' });
  });

  test('have keys and addresses of their own', () => {
    expect(one.address).not.toBe(two.address);
    const keys = [...one.hostKeys, ...two.hostKeys].map((line) => line.split(' ')[2]);
    expect(new Set(keys).size).toBe(4);
  });

  test('let the deploy user become root without a password', async () => {
    const said = await two.exec('id -un; sudo -n id -un', 'deploy');
    expect(said).toEqual({ code: 0, stdout: 'deploy\nroot\n', stderr: '' });
  });

  test('have the service user, without a login', async () => {
    expect((await one.exec('getent passwd trading')).stdout).toContain('/usr/sbin/nologin');
  });

  test('report code and stderr of what they run', async () => {
    expect(await one.exec('echo no >&2; exit 7')).toEqual({ code: 7, stdout: '', stderr: 'no\n' });
  });

  test('answer from nginx, which misses its upstream', async () => {
    expect((await fetch(one.publicUrl)).status).toBe(502);
    expect((await one.exec('nginx -t')).code).toBe(0);
  });

  test('enforce MemoryMax', async () => {
    const eat = 'python3 -c "print(len(bytearray(200 << 20)))"';
    const unit = `systemd-run --quiet --wait --pipe -p MemoryMax=40M -p MemorySwapMax=0 ${eat}`;
    const said = await one.exec(unit);
    expect({ ended: said.code !== 0, stdout: said.stdout }).toEqual({ ended: true, stdout: '' });
  });

  test('do not mix their processes', async () => {
    await one.exec('systemctl stop nginx');
    expect((await fetch(two.publicUrl)).status).toBe(502);
    await expect(fetch(one.publicUrl)).rejects.toThrow();
    await one.exec('systemctl start nginx');
  });
});

describeOnHosts('one host', () => {
  let host: TestHost;
  beforeAll(async () => {
    host = await bootHost();
  });
  afterAll(() => host.stop());

  test('is gone while its link is cut, and back with its state afterwards', async () => {
    await host.exec('echo kept > /run/mark');
    await host.cutLink();
    expect((await host.exec('true')).code).toBe(255);
    await host.restoreLink();
    await until(async () => (await host.exec('cat /run/mark')).stdout === 'kept\n');
  });

  test.each(['orderly', 'crash'] as const)('keeps its disk over a reboot (%s)', async (how) => {
    await host.exec(`echo kept > /root/${how}; echo lost > /run/${how}; sync`);
    await host.reboot(how);
    const said = await host.exec(`cat /root/${how}; cat /run/${how}`);
    expect(said.stdout).toBe('kept\n');
  });

  test('leaves nothing behind when it stops, not even twice', async () => {
    const run = dirname(host.privateKeyPath).split('/').at(-1)?.split('-').slice(0, 2).join('-');
    if (run === undefined) throw new Error('the key stands in the folder of the run');
    expect(leftoversOf(run)).not.toEqual([]);
    await host.stop();
    await host.stop();
    expect(leftoversOf(run)).toEqual([]);
  });
});
