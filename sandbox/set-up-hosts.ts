import { readSettings } from '../src/argo-yml/argo-yml.ts';
import { allTargets } from '../src/deploy/settings/settings.ts';
import { machinesOf, scriptFor } from '../src/setup/machines.ts';
import type { TestHost } from './host/host.ts';

/** What `argo-bot host setup` does, for every host that argo.yml declares: the bot's key calls the runner only. */
export async function setUpHosts(argoYml: string, hosts: readonly TestHost[]): Promise<void> {
  for (const machine of machinesOf(allTargets(readSettings(argoYml)))) {
    const host = hosts.find(({ botKeyPath, name }) => {
      const { identity_file, name: declared } = machine.settings;
      return identity_file === botKeyPath && name === declared;
    });
    if (!host) continue;
    const { code, stderr } = await host.exec(await scriptFor(machine));
    if (code !== 0) throw new Error(`${host.name} was not set up: ${stderr}`);
  }
}
