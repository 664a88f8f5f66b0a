import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { command } from '../sandbox/host/command.ts';
import type { Repository } from '../sandbox/engine/repository.ts';
import type { TestHost } from '../sandbox/host/host.ts';
import type { Change, Contender, Told } from './contender.ts';

export interface Scripted {
  name: string;
  host: TestHost;
  repository: Repository;
  folder: string;
  script: 'hand.sh' | 'blue-green.sh';
  sleeps: boolean;
}

const nothing: Told = { approverMs: 0, steps: [] };

const wipeScript = `set -eu
for unit in argo-hand argo-tight-blue argo-tight-green; do
  systemctl disable --quiet --now "$unit" 2>/dev/null || true
  rm -f "/etc/systemd/system/$unit.service"
done
systemctl daemon-reload
rm -rf /opt/argo-hand /opt/argo-tight
printf 'upstream argo_trading {\\n    server 127.0.0.1:8001;\\n    keepalive 16;\\n}\\n' >/etc/nginx/conf.d/argo-trading-upstream.conf
systemctl reload nginx
sync
`;

/** What people use today: a script of bench/baseline with the ordinary ssh, tar and git. */
export async function scripted(options: Scripted): Promise<Contender> {
  const { name, host, repository, folder, script, sleeps } = options;
  const checkout = join(folder, name.replaceAll(/[^a-z]/g, '-'));
  await command('git', ['clone', '--quiet', '--shared', repository.dir, checkout]);
  const sshConfig = `${checkout}.ssh`;
  writeFileSync(sshConfig, sshConfigOf(host));
  const environment = {
    ...process.env,
    SSH_CONFIG: sshConfig,
    CHECKOUT: checkout,
    SLEEPS: sleeps ? 'yes' : 'no',
  };
  const run = async (what: string): Promise<Told> => {
    await command('sh', [join(import.meta.dirname, 'baseline', script), what], environment);
    return nothing;
  };
  return {
    name,
    host,
    async wipe() {
      const wiped = await host.exec(wipeScript);
      if (wiped.code !== 0) throw new Error(`wiping ${host.name}: ${wiped.stderr}`);
      await command('rm', ['-f', join(checkout, '.git', 'sent')]);
    },
    deploy: (change) => run(change.sha),
    goBack: (before) => run(script === 'blue-green.sh' ? 'back' : before.sha),
    signOf: ({ version }: Change) => version,
  };
}

function sshConfigOf({ address, privateKeyPath, knownHostsPath }: TestHost): string {
  return `Host target
  HostName ${address}
  User root
  IdentityFile ${privateKeyPath}
  IdentitiesOnly yes
  BatchMode yes
  StrictHostKeyChecking yes
  UserKnownHostsFile ${knownHostsPath}
  GlobalKnownHostsFile /dev/null
  LogLevel ERROR
`;
}
