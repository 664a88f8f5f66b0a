import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { bootHost, type TestHost } from '../../sandbox/host/host.ts';
import type { Hosts } from '../../src/deploy/ports/ports.ts';
import { createHosts } from '../../src/host/hosts.ts';
import { describeOnHosts } from '../sandbox/host/on-hosts.ts';
import { silent } from './support/ssh-server.ts';

describeOnHosts('a host that allows one session at a time', () => {
  let machine: TestHost;
  let hosts: Hosts;
  const { signal } = new AbortController();

  beforeAll(async () => {
    machine = await bootHost({ name: 'narrow-1' });
    const few = '/etc/ssh/sshd_config.d/few-sessions.conf';
    await machine.exec(`echo 'MaxSessions 1' > ${few}; systemctl restart ssh`);
    hosts = createHosts({ log: silent });
  });
  afterAll(async () => {
    await hosts.closeAll();
    await machine.stop();
  });

  test('is asked one thing after the other', async () => {
    const host_keys = machine.hostKeys.map((line) => line.split(' ').slice(1, 3).join(' '));
    const { name, address, port, privateKeyPath: identity_file } = machine;
    const settings = { name, address, port, user: 'root', host_keys, identity_file };
    const host = await hosts.open(settings, signal);
    const given = { root: '/srv/x', deployment: 'd-1', epoch: 1, upstream_file: '' };
    const answers = await Promise.all(
      Array.from({ length: 5 }, () =>
        host.run('claim', given, { timeoutMs: 20_000, signal, what: 'Hosts claimed' }),
      ),
    );
    expect(answers).toHaveLength(5);
    expect((await machine.exec('grep -c begin /srv/x/state/journal.jsonl')).stdout.trim()).toBe(
      '5',
    );
  });
});
