// Decides which values of a service's config may be shown, and which are always secret.
import { slotNames } from '../record/events.ts';
import { unitName, userOf } from '../settings/layout.ts';
import type { Target } from '../settings/settings.ts';

/** Returns the public and the secret keys of argo.yml, and names that messages contain anyway. */
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
      ...slotNames.flatMap((slot) => [slot, unitName(target, slot)]),
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

export interface Disclosure {
  /** Keys whose values messages may show, such as `alpaca.timeout`. A key covers all keys below it; `*` is any text. */
  public?: readonly string[];
  secret?: readonly string[];
  /** Names from argo.yml that are never masked, because messages contain them: service, hosts, units. */
  names?: readonly string[];
}
