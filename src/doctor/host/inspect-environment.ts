// Checks one environment with all its hosts in parallel.
import type { Target } from '../../deploy/settings/settings.ts';
import { nextDeployment } from './next-deployment.ts';
import type { Part } from '../finding.ts';
import { type HostPorts, inspectHost } from './inspect-host.ts';
import { environmentPart, type EnvironmentPorts } from '../environment.ts';

/** Returns a part of the report for the environment, then one for each host. */
export async function inspectEnvironment(
  target: Target,
  ports: EnvironmentPorts & HostPorts,
): Promise<Part[]> {
  const [own, hosts] = await Promise.all([
    environmentPart(target, ports),
    Promise.all(target.place.hosts.map((host) => inspectHost(target, host, ports))),
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
