import type { Settings } from '../deploy/settings.ts';

interface Problem {
  path: PropertyKey[];
  text: string;
}

/** Mistakes that no single value shows: two slots on a port, two hosts of a name, one root for two services. */
export function crossChecks(settings: Settings): Problem[] {
  const problems: Problem[] = [];
  const roots = new Map<string, string>();
  for (const [service, { environments, config }] of Object.entries(settings.services)) {
    for (const [environment, place] of Object.entries(environments)) {
      const path = ['services', service, 'environments', environment];
      if (place.slots.blue.port === place.slots.green.port) {
        problems.push({
          path: [...path, 'slots', 'green', 'port'],
          text: 'blue and green have the same port; both run side by side during a deployment',
        });
      }
      const names = place.hosts.map(({ name }) => name);
      const twice = names.find((name, index) => names.indexOf(name) !== index);
      if (twice !== undefined) {
        problems.push({ path: [...path, 'hosts'], text: `two hosts are named ${twice}` });
      }
      for (const { address } of place.hosts) {
        const key = `${address}:${place.root}`;
        const other = roots.get(key);
        if (other !== undefined) {
          problems.push({
            path: [...path, 'root'],
            text: `${other} has the same root on ${address}; each needs a folder of its own`,
          });
        }
        roots.set(key, `${service} in ${environment}`);
      }
      if (place.config_locations.length > 0 && !config) {
        problems.push({
          path: [...path, 'config_locations'],
          text: 'locations for a config are listed, but the service declares no config',
        });
      }
    }
  }
  return problems;
}
