// Groups environments by machine, and builds the setup script of each machine.
import type { HostSettings } from '../deploy/ports/ports.ts';
import type { Target } from '../deploy/settings/settings.ts';
import { publicKeyOf, readIdentity } from '../host/ssh/identity.ts';
import { placeFile } from './place-file.ts';
import { rootScript } from './root-script.ts';

/** A host, and all environments that use it with the same user and key. */
export interface Machine {
  settings: HostSettings;
  targets: Target[];
}

/** Returns one machine for each combination of address, port, user and key. */
export function machinesOf(targets: readonly Target[]): Machine[] {
  const machines = new Map<string, Machine>();
  for (const target of targets) {
    for (const settings of target.place.hosts) {
      const { address, port, user, identity_file } = settings;
      const key = JSON.stringify([address, port, user, identity_file]);
      const machine = machines.get(key) ?? { settings, targets: [] };
      machine.targets.push(target);
      machines.set(key, machine);
    }
  }
  return [...machines.values()];
}

/** Returns the shell script that sets the machine up. Fails with Misconfigured if the bot's key cannot be used. */
export async function scriptFor({ settings, targets }: Machine, from?: string): Promise<string> {
  return rootScript({
    host: settings,
    key: publicKeyOf(await readIdentity(settings), settings),
    places: targets.map(placeFile),
    from,
  });
}
