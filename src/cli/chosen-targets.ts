// Decides which environments of argo.yml `--service` and `--env` choose.
import { allTargets, type Settings, type Target } from '../deploy/settings/settings.ts';

export interface PlaceOptions {
  service?: string | undefined;
  env?: string | undefined;
}

export type Chosen = { kind: 'chosen'; targets: Target[] } | { kind: 'unknown'; why: string };

/** Returns the environments that match the options; all without options. `why` names `file`, the path of argo.yml. */
export function chosenTargets(file: string, settings: Settings, options: PlaceOptions): Chosen {
  const { service, env } = options;
  const all = allTargets(settings);
  const targets = all.filter(
    (target) =>
      (service === undefined || target.service === service) &&
      (env === undefined || target.environment === env),
  );
  const known = all.map((one) => `${one.service} in ${one.environment}`);
  return targets.length > 0
    ? { kind: 'chosen', targets }
    : {
        kind: 'unknown',
        why: `${file} declares no ${wantedOf(options)}. It declares ${known.join(', ')}.`,
      };
}

function wantedOf({ service, env }: PlaceOptions): string {
  if (service === undefined) return `environment ${env}`;
  return env === undefined ? `service ${service}` : `${service} in ${env}`;
}
