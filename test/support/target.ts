import {
  findTarget,
  SettingsSchema,
  type Settings,
  type Target,
} from '../../src/deploy/settings/settings.ts';

/** Quick enough for a test, otherwise what a team would write. */
const health = {
  path: '/health',
  status: 'status',
  version: 'version',
  passes: 2,
  interval_ms: 20,
  timeout_seconds: 0.6,
};

const host = (name: string) => ({
  name,
  address: name,
  host_keys: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA'],
  identity_file: '/keys/argo',
});

/** One unit on port 8000 instead of two slots behind a proxy. */
export const oneUnit = { strategy: 'restart', port: 8000, slots: undefined, proxy: undefined };

/** A change to undefined takes a setting away. */
function declared(place: object): object {
  return Object.fromEntries(Object.entries(place).filter(([, value]) => value !== undefined));
}

export interface Changes {
  service?: object;
  environment?: object;
  hosts?: string[];
}

export function settingsWith({ service, environment, hosts = ['host-1'] }: Changes = {}): Settings {
  return SettingsSchema.parse({
    services: {
      engine: {
        source: { git: 'https://git.invalid/engine.git' },
        unit: { user: 'engine', exec_start: '{venv}/bin/uvicorn main:app --port {port}' },
        health,
        ...service,
        environments: {
          production: declared({
            hosts: hosts.map(host),
            root: '/opt/engine',
            slots: { blue: { port: 8001 }, green: { port: 8002 } },
            proxy: { upstream_file: '/etc/nginx/conf.d/engine.conf', upstream: 'engine' },
            watch: { checks: 3, interval_seconds: 0.05 },
            access: {
              deploy: ['U0ADA'],
              approve: ['U0BEN'],
              rollback: ['U0BEN'],
              channels: ['C0OPS'],
            },
            ...environment,
          }),
        },
      },
    },
  });
}

export function targetWith(changes: Changes = {}): Target {
  const found = findTarget(settingsWith(changes));
  if (found.kind !== 'found') throw new Error(`the target is ${found.kind}`);
  return found.target;
}
