// Finds conflicts between settings of argo.yml: shared ports, roots, files or hosts.
import type {
  EnvironmentSettings,
  ServiceSettings,
  Settings,
  Target,
} from '../deploy/settings/settings.ts';
import { UserName } from '../deploy/settings/names.ts';
import type { Problem } from './explain.ts';

/** Returns the conflicts, for example two slots on one port, two hosts with one name, or one root for two services. */
export function crossChecks(settings: Settings): Problem[] {
  const problems: Problem[] = [];
  const claims = new Map<string, string>();
  for (const [service, { environments, config, unit }] of Object.entries(settings.services)) {
    if (unit.user === undefined && !UserName.safeParse(service).success) {
      problems.push({
        path: ['services', service, 'unit'],
        text: 'the service runs as a user of its name, and a login name has no more than 32 characters and not only digits: set user',
      });
    }
    problems.push(...probesWithoutEnvironment(service, config, Object.keys(environments)));
    for (const [environment, place] of Object.entries(environments)) {
      const path = ['services', service, 'environments', environment];
      if (place.strategy === 'proxy' && place.slots.blue.port === place.slots.green.port) {
        problems.push({
          path: [...path, 'slots', 'green', 'port'],
          text: 'blue and green have the same port; both run side by side during a deployment',
        });
      }
      const names = place.hosts.map(({ name }) => name);
      const duplicate = names.find((name, index) => names.indexOf(name) !== index);
      if (duplicate !== undefined) {
        problems.push({ path: [...path, 'hosts'], text: `two hosts are named ${duplicate}` });
      }
      problems.push(...conflicts(claims, { service, environment, place, path }));
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

function probesWithoutEnvironment(
  service: string,
  config: ServiceSettings['config'],
  environments: string[],
): Problem[] {
  return (config?.probes ?? []).flatMap((probe, index) =>
    (probe.environments ?? [])
      .filter((name) => !environments.includes(name))
      .map((name) => ({
        path: ['services', service, 'config', 'probes', index, 'environments'],
        text: `there is no environment ${name}; the probe would not be made there`,
      })),
  );
}

interface Declared extends Pick<Target, 'service' | 'environment' | 'place'> {
  path: PropertyKey[];
}

interface Resource {
  path: PropertyKey[];
  name: string;
}

function resourcesOf(service: string, place: EnvironmentSettings): Resource[] {
  if (place.strategy === 'restart') {
    const { port, unit_name: unit } = place;
    return [
      { path: ['port'], name: `the port ${port}` },
      { path: [unit === undefined ? 'hosts' : 'unit_name'], name: `the unit ${unit ?? service}` },
    ];
  }
  const { slots, proxy } = place;
  return [
    { path: ['slots', 'blue', 'port'], name: `the port ${slots.blue.port}` },
    { path: ['slots', 'green', 'port'], name: `the port ${slots.green.port}` },
    { path: ['proxy', 'upstream_file'], name: `the file ${proxy.upstream_file}` },
    { path: ['hosts'], name: `the units ${service}-blue and ${service}-green` },
  ];
}

/** Finds what two environments share on a machine although each needs its own: root, ports, proxy file, units. */
function conflicts(
  claims: Map<string, string>,
  { service, environment, place, path }: Declared,
): Problem[] {
  const resources = [
    { path: ['root'], name: `the root ${place.root}` },
    ...resourcesOf(service, place),
  ];
  const mine = `${service} in ${environment}`;
  const problems: Problem[] = [];
  for (const { address, port, name } of place.hosts) {
    for (const resource of resources) {
      const key = `${address}:${port} ${resource.name}`;
      const other = claims.get(key);
      if (other !== undefined && other !== mine) {
        const text = `${resource.name} on ${address} is ${other}'s already; each needs its own`;
        problems.push({ path: [...path, ...resource.path], text });
      }
      claims.set(key, mine);
    }
    const machine = `${mine} ${address}:${port}`;
    const twin = claims.get(machine);
    if (twin !== undefined) {
      const text = `${twin} and ${name} are the same machine, ${address}:${port}`;
      problems.push({ path: [...path, 'hosts'], text });
    }
    claims.set(machine, name);
  }
  return problems;
}
