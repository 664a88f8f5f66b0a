import { chosenTargets } from '../src/cli/doctor/doctor-options.ts';
import { readSettings } from '../src/argo-yml/argo-yml.ts';
import { machinesOf, scriptFor } from '../src/setup/machines.ts';
import type { TestHost } from './host/host.ts';

const all = { service: undefined, environment: undefined, json: false };

/** What `argo-bot host setup` does, for every host that argo.yml declares: the bot's key calls the runner only. */
export async function setUpHosts(argoYml: string, hosts: readonly TestHost[]): Promise<void> {
  const chosen = chosenTargets(readSettings(argoYml), all);
  if (chosen.kind === 'unknown') return;
  for (const machine of machinesOf(chosen.targets)) {
    const host = hosts.find(({ botKeyPath, name }) => {
      const { identity_file, name: declared } = machine.settings;
      return identity_file === botKeyPath && name === declared;
    });
    if (!host) continue;
    const { code, stderr } = await host.exec(await scriptFor(machine));
    if (code !== 0) throw new Error(`${host.name} was not set up: ${stderr}`);
  }
}
