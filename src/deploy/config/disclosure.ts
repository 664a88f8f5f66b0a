import { unitName, userOf } from '../settings/layout.ts';
import type { Target } from '../settings/settings.ts';

/** What may be shown of a config: what argo.yml declares public, and the names that messages are made of. */
export function disclosureOf(target: Target): Disclosure {
  const { service, environment, settings, place } = target;
  const secret = (settings.config?.rules ?? []).filter((rule) => rule.secret === true);
  return {
    public: settings.config?.public ?? [],
    secret: secret.map(({ key }) => key),
    names: [
      service,
      environment,
      ...Object.keys(settings.environments),
      ...place.hosts.flatMap(({ name, address, user }) => [name, address, user]),
      ...(['blue', 'green'] as const).flatMap((slot) => [slot, unitName(target, slot)]),
      place.root,
      userOf(target),
      settings.entry ?? service,
      ...place.config_locations,
      ...(settings.config ? [settings.config.target] : []),
      ...('git' in settings.source ? [settings.source.branch] : []),
      ...(place.strategy === 'proxy' ? [place.proxy.upstream, place.proxy.public_url] : []),
    ],
  };
}

/** Which values of a config may be shown, and which must not be, whatever they look like. */
export interface Disclosure {
  /** Dotted keys with everything below them, `*` for any text: `alpaca.*`. */
  public?: readonly string[];
  secret?: readonly string[];
  /** Names of argo.yml, which messages are made of: the service, its environments, hosts and units. */
  names?: readonly string[];
}
