// Reads the doctor's options, and decides which environments they choose.
import { allTargets, type Settings, type Target } from '../../deploy/settings/settings.ts';
import type { CommandInput } from '../command.ts';

export interface DoctorOptions {
  service: string | undefined;
  environment: string | undefined;
  json: boolean;
}

export function doctorOptions({ service, env, json }: CommandInput['options']): DoctorOptions {
  const text = (value: typeof service): string | undefined =>
    typeof value === 'string' ? value : undefined;
  return { service: text(service), environment: text(env), json: json === true };
}

export type Chosen = { kind: 'chosen'; targets: Target[] } | { kind: 'unknown'; known: string[] };

/** All environments, or those that match the options. */
export function chosenTargets(settings: Settings, options: DoctorOptions): Chosen {
  const { service, environment } = options;
  const all = allTargets(settings);
  const targets = all.filter(
    (target) =>
      (service === undefined || target.service === service) &&
      (environment === undefined || target.environment === environment),
  );
  return targets.length > 0
    ? { kind: 'chosen', targets }
    : { kind: 'unknown', known: all.map((one) => `${one.service} in ${one.environment}`) };
}
