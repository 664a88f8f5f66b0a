// Prepares what a deployer with the ordinary ssh client needs: a checkout, an ssh config, and a clean host.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Repository } from '../sandbox/engine/repository.ts';
import { command } from '../sandbox/host/command.ts';
import type { TestHost } from '../sandbox/host/host.ts';

export interface Deployer {
  name: string;
  host: TestHost;
  repository: Repository;
  /** Gets the checkout and the ssh config. */
  folder: string;
  /** Where the host is reached, if not at its own address. */
  door?: Door;
}

interface Door {
  address: string;
  port: number;
}

/** The paths, as environment variables. In the config the host is called `target`. */
export type Equipment = Record<'CHECKOUT' | 'SSH_CONFIG', string>;

export async function equip({
  name,
  host,
  repository,
  folder,
  door,
}: Deployer): Promise<Equipment> {
  const checkout = join(folder, name.toLowerCase().replaceAll(/[^a-z]/g, '-'));
  await command('git', ['clone', '--quiet', '--shared', repository.dir, checkout]);
  const sshConfig = `${checkout}.ssh`;
  writeFileSync(sshConfig, sshConfigOf(host, door));
  return { CHECKOUT: checkout, SSH_CONFIG: sshConfig };
}

function sshConfigOf(host: TestHost, { address, port }: Door = host): string {
  return `Host target
  HostName ${address}
  Port ${port}
  HostKeyAlias ${host.address}
  User root
  IdentityFile ${host.privateKeyPath}
  IdentitiesOnly yes
  BatchMode yes
  StrictHostKeyChecking yes
  UserKnownHostsFile ${host.knownHostsPath}
  GlobalKnownHostsFile /dev/null
  LogLevel ERROR
`;
}

const wipeScript = `set -eu
for unit in argo-hand argo-tight-blue argo-tight-green argo-capistrano argo-ansible; do
  systemctl disable --quiet --now "$unit" 2>/dev/null || true
  rm -f "/etc/systemd/system/$unit.service"
done
systemctl daemon-reload
rm -rf /opt/argo-hand /opt/argo-tight /opt/argo-capistrano /opt/argo-ansible
printf 'upstream argo_trading {\\n    server 127.0.0.1:8001;\\n    keepalive 16;\\n}\\n' >/etc/nginx/conf.d/argo-trading-upstream.conf
systemctl reload nginx
sync
`;

export async function wipeHost(host: TestHost): Promise<void> {
  const wiped = await host.exec(wipeScript);
  if (wiped.code !== 0) throw new Error(`wiping ${host.name}: ${wiped.stderr}`);
}
