import { join } from 'node:path';
import { command } from '../../sandbox/host/command.ts';
import { declares, onHost } from '../breakages.ts';
import type { Fault } from '../fault.ts';
import type { World } from '../world.ts';

const stage = 'claim';
const first = 'environments.production.hosts.0';
const rules = '/root/rules-of-sudo';

/** Hosts that the bot cannot get into, or where it may do nothing. */
export const access: Fault[] = [
  {
    name: 'host-key-changed',
    breaks: declares(async (world) => ({ [`${first}.host_keys`]: [(await newKey(world)).line] })),
    stage,
    code: 'host-key-mismatch',
    says: /host-1/,
  },
  {
    name: 'ssh-key-not-let-in',
    breaks: declares(async (world) => ({ [`${first}.identity_file`]: (await newKey(world)).path })),
    stage,
    code: 'auth-refused',
    says: /refuses the SSH login of root with the key/,
  },
  {
    name: 'sshd-on-another-port',
    breaks: declares({ [`${first}.port`]: 2222 }),
    stage,
    code: 'host-down',
    says: /refuses connections/,
  },
  {
    name: 'one-of-two-hosts-down',
    breaks: declares(({ host, scene }) => ({
      'environments.production.hosts.1': {
        name: 'host-2',
        address: host.address.replace(/\d+$/, '250'),
        host_keys: host.hostKeys.map((line) => line.split(' ').slice(-2).join(' ')),
        identity_file: scene.hosts[0]?.botKeyPath,
      },
    })),
    stage,
    code: 'host-down',
    says: /host-2 .*(?:cannot be reached|does not answer over SSH)/,
  },
  {
    name: 'sudo-refused',
    given: { [`${first}.user`]: 'deploy' },
    // Its own rule, and the one by which an administrator set the host up.
    breaks: onHost(
      `mkdir ${rules} && mv /etc/sudoers.d/*deploy ${rules}`,
      `mv ${rules}/* /etc/sudoers.d && rmdir ${rules}`,
    ),
    stage,
    code: 'sudo-refused',
    says: /the user "deploy" cannot use sudo without a password/,
  },
];

/** A pair that nobody has heard of. */
async function newKey({ scene }: World): Promise<{ path: string; line: string }> {
  const path = join(scene.folder, `key-${Date.now()}`);
  await command('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path]);
  const line = await command('ssh-keygen', ['-y', '-f', path]);
  return { path, line: line.trim().split(' ').slice(0, 2).join(' ') };
}
