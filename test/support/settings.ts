import { SettingsSchema, type Settings } from '../../src/deploy/settings/settings.ts';

export const REQUESTER = 'U0ALICE';
export const APPROVER = 'U0BOB';
/** In the group S0OPS, which may do everything. */
export const OPERATOR = 'U0CAROL';
export const STRANGER = 'U0MALLORY';
export const GROUP = 'S0OPS';
export const CHANNEL = 'C0DEPLOYS';
export const ELSEWHERE = 'C0RANDOM';

const host = (name: string) => ({
  name,
  address: '127.0.0.1',
  host_keys: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA'],
  identity_file: '/keys/argo',
});

const access = {
  deploy: [REQUESTER, GROUP],
  approve: [APPROVER, REQUESTER, GROUP],
  rollback: [APPROVER, GROUP],
  unlock: [APPROVER, GROUP],
  channels: [CHANNEL],
};

function environment(changes: object = {}) {
  return {
    hosts: [host('host-1'), host('host-2')],
    root: '/srv/argo',
    slots: { blue: { port: 8001 }, green: { port: 8002 } },
    proxy: { upstream_file: '/etc/nginx/argo.conf', upstream: 'argo' },
    access,
    ...changes,
  };
}

/** The trading engine with one environment; `more` are further services by name. */
export function settings(more: string[] = [], changes: object = {}): Settings {
  const service = {
    source: { git: 'https://git.invalid/engine.git' },
    unit: { user: 'argo', exec_start: '{venv}/bin/uvicorn main:app' },
    health: { path: '/api/v1/health' },
    environments: { production: environment(changes) },
  };
  return SettingsSchema.parse({
    services: Object.fromEntries(['argo-trading', ...more].map((name) => [name, service])),
  });
}
