// Checks one environment with all its hosts in parallel.
import type { Target } from '../../deploy/settings/settings.ts';
import { nextDeployment } from './adoption.ts';
import type { Part } from '../finding.ts';
import { type HostPorts, lookAtHost } from './before-connecting.ts';
import { placePart, type PlacePorts } from '../place.ts';

/** One part for the environment, then one for each host. */
export async function examinePlace(target: Target, ports: PlacePorts & HostPorts): Promise<Part[]> {
  const [own, hosts] = await Promise.all([
    placePart(target, ports),
    Promise.all(target.place.hosts.map((host) => lookAtHost(target, host, ports))),
  ]);
  const next = nextDeployment(target, hosts);
  return [
    { ...own, findings: [...own.findings, ...(next ? [next.finding] : [])] },
    ...hosts.map(({ name, part }): Part => {
      const plan = next?.plans.get(name);
      return plan ? { ...part, plan } : part;
    }),
  ];
}
