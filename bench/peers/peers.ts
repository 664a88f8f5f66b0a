// Deploys with Capistrano and with Ansible, in place, each with a small recipe of its usual kind.
import { join } from 'node:path';
import { command } from '../../sandbox/host/command.ts';
import { type Contender, nothingTold, type Told } from '../contender.ts';
import { type Deployer, equip, wipeHost } from '../ordinary-ssh.ts';

/** Debian's. The recipes send files with rsync, since the hosts have no git. */
export const peerPackages = ['capistrano', 'ansible-core', 'rsync'] as const;

type Peer = Omit<Deployer, 'name'>;
type Run = (...args: string[]) => Promise<Told>;

export async function capistrano(peer: Peer): Promise<Contender> {
  const deployer = { ...peer, name: 'Capistrano' };
  const equipment = await equip(deployer);
  const environment = { ...process.env, ...equipment };
  const run: Run = async (task, ref = '') => {
    const capfile = join(import.meta.dirname, 'capistrano', 'Capfile');
    await command('cap', ['--rakefile', capfile, 'bench', task], { ...environment, REF: ref });
    return nothingTold;
  };
  return contender(
    deployer,
    ({ sha }) => run('deploy', sha),
    () => run('deploy:rollback'),
  );
}

/** Tuned: one connection for all tasks, pipelining, no facts; the playbook waits without fixed pauses. */
export async function ansible(peer: Peer): Promise<Contender> {
  const deployer = { ...peer, name: 'Ansible' };
  const equipment = await equip(deployer);
  const environment = {
    ...process.env,
    ...equipment,
    ANSIBLE_PIPELINING: 'True',
    ANSIBLE_SSH_ARGS: `-F ${equipment.SSH_CONFIG} -o ControlMaster=auto -o ControlPersist=30s`,
    ANSIBLE_HOME: join(peer.folder, 'ansible'),
    // By default in the user's home, by the name of the host, which is the same in each run.
    ANSIBLE_SSH_CONTROL_PATH_DIR: join(peer.folder, 'ansible', 'cp'),
    ANSIBLE_LOCALHOST_WARNING: 'False',
  };
  const playbook = join(import.meta.dirname, 'ansible.yml');
  const run: Run = async (ref) => {
    const args = ['--inventory', 'target,', '--extra-vars', `ref=${ref}`, playbook];
    await command('ansible-playbook', args, environment);
    return nothingTold;
  };
  return contender(
    deployer,
    ({ sha }) => run(sha),
    ({ sha }) => run(sha),
  );
}

const signOf: Contender['signOf'] = ({ version }) => version;

function contender(
  { name, host }: Deployer,
  deploy: Contender['deploy'],
  goBack: Contender['goBack'],
): Contender {
  return { name, host, wipe: () => wipeHost(host), deploy, goBack, signOf };
}
