// Deploys with a script of bench/baseline: what people use today, with the ordinary ssh, tar and git.
import { join } from 'node:path';
import { command } from '../sandbox/host/command.ts';
import { type Contender, nothingTold, type Told } from './contender.ts';
import { type Deployer, equip, wipeHost } from './ordinary-ssh.ts';

export interface Scripted extends Deployer {
  script: 'hand.sh' | 'blue-green.sh';
  sleeps: boolean;
}

export async function scripted(options: Scripted): Promise<Contender> {
  const { name, host, script, sleeps } = options;
  const equipment = await equip(options);
  const environment = { ...process.env, ...equipment, SLEEPS: sleeps ? 'yes' : 'no' };
  const run = async (what: string): Promise<Told> => {
    await command('sh', [join(import.meta.dirname, 'baseline', script), what], environment);
    return nothingTold;
  };
  return {
    name,
    host,
    async wipe() {
      await wipeHost(host);
      await command('rm', ['-f', join(equipment.CHECKOUT, '.git', 'sent')]);
    },
    deploy: (change) => run(change.sha),
    goBack: (before) => run(script === 'blue-green.sh' ? 'back' : before.sha),
    signOf: ({ version }) => version,
  };
}
