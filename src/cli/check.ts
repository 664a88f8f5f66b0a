import { readSettings } from '../config/argo-yml.ts';
import { readEnvironment } from '../config/environment.ts';

/** Reads argo.yml and the environment, and starts nothing. */
export function check(): number {
  const environment = readEnvironment(process.env);
  const settings = readSettings(environment.ARGO_CONFIG);
  for (const [service, { environments }] of Object.entries(settings.services)) {
    for (const [name, place] of Object.entries(environments)) {
      process.stdout.write(
        `${service} in ${name}: ${place.hosts.length} host${place.hosts.length === 1 ? '' : 's'}, ${place.strategy}\n`,
      );
    }
  }
  return 0;
}
