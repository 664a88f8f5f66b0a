import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { bootHost, type TestHost } from '../../sandbox/host/host.ts';
import type { Answer, Hosts } from '../../src/deploy/ports.ts';
import { createHosts } from '../../src/host/hosts.ts';
import { bootTimeoutMs, describeOnHosts } from '../sandbox/host/on-hosts.ts';
import { silent } from './support/ssh-server.ts';

const root = '/srv/engine';

describeOnHosts('a host whose disk is full', () => {
  let machine: TestHost;
  let hosts: Hosts;
  const { signal } = new AbortController();

  beforeAll(async () => {
    machine = await bootHost({ name: 'full-1' });
    hosts = createHosts({ log: silent });
    const made = `mkdir -p ${root} && mount -t tmpfs -o size=1m tmpfs ${root}`;
    expect(await machine.exec(made)).toMatchObject({ code: 0 });
  }, bootTimeoutMs);
  afterAll(async () => {
    await hosts.closeAll();
    await machine.stop();
  });

  const run = async (script: string, epoch: number, more = {}): Promise<Answer> => {
    const host_keys = machine.hostKeys.map((line) => line.split(' ').slice(1, 3).join(' '));
    const { name, address, port, privateKeyPath: identity_file } = machine;
    const settings = { name, address, port, user: 'root', host_keys, identity_file };
    const host = await hosts.open(settings, signal);
    const given = { root, deployment: 'd-1', epoch, strategy: 'proxy', ...more };
    return host.run(script, given, { timeoutMs: 20_000, signal, what: script });
  };
  const on = async (script: string): Promise<string> => (await machine.exec(script)).stdout.trim();

  test('takes no release into the room for tidying up; can be tidied up, by a higher epoch too, and keeps its journal', async () => {
    await run('claim', 1);
    const upload = `${root}/releases/.incoming-r1`;
    await on(`mkdir ${upload}; dd if=/dev/zero of=${upload}/file bs=4k 2>&1`);
    expect(await on(`df --output=avail ${root} | tail -1`)).toBe('0');
    const small = { release: 'r2', base: '', manifest: '' };
    await expect(run('upload', 1, small)).rejects.toMatchObject({
      message: expect.stringContaining('is full, so nothing was sent'),
    });
    await run('cleanup', 7, {
      release: 'r1',
      unit_blue: 'engine-blue.service',
      unit_green: 'engine-green.service',
      port_blue: 8001,
      port_green: 8002,
      upstream_file: '/etc/nginx/conf.d/none.conf',
      live_before: '',
    });
    expect(await on(`ls -A ${root}/releases`)).toBe('');
    expect(await on(`cat ${root}/state/epoch`)).toBe('7');
    expect(await on(`tail -n 1 ${root}/state/journal.jsonl`)).toContain('"event":"end","code":0');
    // Laid by for the next time.
    expect(await on(`stat -c %s ${root}/state/ballast`)).toBe('65536');
  }, 60_000);
});
