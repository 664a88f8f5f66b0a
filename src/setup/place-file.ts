// Decides which values root fixes on a host for one service and environment: paths, ports, units, tunnels.
import { slotNames } from '../deploy/record/events.ts';
import { portOf, publicUrl } from '../deploy/settings/layout.ts';
import { placeParameters } from '../deploy/step/on-every-host.ts';
import { interpreterOf } from '../deploy/python/version.ts';
import type { Target } from '../deploy/settings/settings.ts';

/** A file in /etc/argo-bot/places on the host. Only root can write it; src/host/runner/admit.sh enforces its values. */
export interface PlaceFile {
  name: string;
  /** `key=value` lines. The runner refuses other values for these keys from the connection. */
  text: string;
  /** `host:port` for sshd's permitopen: all addresses that the bot's tunnel may reach. */
  tunnels: string[];
}

export function placeFile(target: Target): PlaceFile {
  const { settings, place, service, environment } = target;
  const { python, config } = settings;
  const pins = {
    ...placeParameters(target),
    python: interpreterOf(target),
    wheels: python?.wheels ?? '',
    require_hashes: python?.require_hashes ? 'yes' : 'no',
    only_binary: python?.only_binary ? 'yes' : 'no',
    site_packages: python?.system_site_packages ? 'yes' : 'no',
    config: config?.target ?? '',
    locations: place.config_locations.join(':'),
    guard: `argo-guard-${service}-${environment}.service`,
  };
  const lines = Object.entries(pins).map(([key, value]) => `${key}=${value}\n`);
  return { name: `${service}.${environment}`, text: lines.join(''), tunnels: tunnelsOf(target) };
}

function tunnelsOf(target: Target): string[] {
  const slots = slotNames.map((slot) => `127.0.0.1:${portOf(target, slot)}`);
  const probes = (target.settings.config?.probes ?? [])
    .filter(({ from, environments }) => {
      const here = environments === undefined || environments.includes(target.environment);
      return from === 'host' && here;
    })
    .map(({ url }) => hostAndPort(new URL(url.replaceAll(/\{[^}]*\}/g, 'x'))));
  return [...new Set([...slots, hostAndPort(publicUrl(target, '/')), ...probes])];
}

function hostAndPort({ protocol, hostname, port }: URL): string {
  return `${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`;
}
