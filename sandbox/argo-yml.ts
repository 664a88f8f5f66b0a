import { stringify } from 'yaml';
import type { TestHost } from './host/host.ts';
import { people } from './people.ts';

export interface ArgoYmlOptions {
  repository: string;
  hosts: readonly TestHost[];
  /** Seconds between two checks of the watch, and how many there are. */
  watch?: {
    checks: number;
    interval_seconds: number;
    guard_after_seconds?: number;
    unavailable_for?: number;
  };
  user?: 'root' | 'deploy';
  expiresMinutes?: number;
  /** How production is moved to a release; with `restart` it has one port, 8000, which nginx points to. */
  strategy?: 'proxy' | 'restart';
  /** Further environments by name, each production with these things different. */
  variants?: Record<string, Record<string, unknown>>;
  /** What the service declares besides, or instead. */
  service?: Record<string, unknown>;
}

/** For a scene whose old slot goes on running after the watch. */
export const keptWarm = { variants: async () => ({ production: { old_slot: 'warm' } }) };

/** What the demo declares besides: the team's tests, and the entry as a module that must be importable. */
export const demoService = () => ({
  checks: { commands: [{ name: 'unit tests', run: ['python3', '-m', 'unittest'] }] },
  python: { ...python, imports: ['main', ...python.imports] },
});

export const legacyConfig = '/opt/argo-legacy/config.json';

/** Makes of the production environment, or of a variant of it, one without a proxy. */
export const withoutProxy = {
  strategy: 'restart',
  port: 8000,
  slots: undefined,
  proxy: undefined,
} as const;

/** The sandbox's argo.yml: what the first users would write for their trading engine. */
export function argoYml(options: ArgoYmlOptions): string {
  const { repository } = options;
  const production = environmentOf(options);
  const variants = Object.entries(options.variants ?? {}).map(([name, different]) => [
    name,
    { ...production, ...different },
  ]);
  const declared = {
    services: {
      'argo-trading': {
        source: { git: repository, branch: 'main' },
        files: { required: modules.map((name) => `argo/core/${name}.py`) },
        entry: 'main.py',
        python,
        unit: {
          user: 'trading',
          exec_start: '{venv}/bin/python -m uvicorn main:app --host 127.0.0.1 --port {port}',
          memory_max: '512M',
        },
        health: { path: '/api/v1/health', status: 'status', version: 'version' },
        smoke: [
          {
            name: 'performance metrics are there',
            path: '/api/v1/health',
            json: [
              { path: 'services.performance', exists: true },
              { path: 'services.performance.error', exists: false },
            ],
          },
        ],
        config: {
          file: 'config.json',
          rules: [
            { key: 'massive.api_key', required: true, length: 32 },
            ...['alpha_vantage', 'x_api', 'sonar', 'alpaca'].map((key) => ({
              key,
              required: true,
            })),
          ],
        },
        min_free_mb: 50,
        ...options.service,
        environments: { production, ...Object.fromEntries(variants) },
      },
    },
  };
  // Environments share values; who changes one of them in the file means that one.
  return stringify(declared, { aliasDuplicateObjects: false });
}

function environmentOf({ hosts, user = 'root', strategy, ...times }: ArgoYmlOptions) {
  const { watch, expiresMinutes } = times;
  return {
    hosts: hosts.map((host) => declaration(host, user)),
    root: '/opt/argo-trading',
    slots: { blue: { port: 8001 }, green: { port: 8002 } },
    proxy: {
      upstream_file: '/etc/nginx/conf.d/argo-trading-upstream.conf',
      upstream: 'argo_trading',
    },
    config_locations: [legacyConfig],
    watch: watch ?? { checks: 60, interval_seconds: 5 },
    approval: { four_eyes: true, expires_minutes: expiresMinutes ?? 30 },
    access: {
      deploy: [people.ada.id, people.ben.id],
      approve: [people.operators.id],
      rollback: [people.ada.id, people.operators.id],
      unlock: [people.operators.id],
      channels: people.channels.map(({ id }) => id),
    },
    ...(strategy === 'restart' ? withoutProxy : {}),
  };
}

const modules = [
  'adaptive_cache',
  'rate_limiter',
  'circuit_breaker',
  'redis_cache',
  'performance_metrics',
];

// The sandbox's hosts have FastAPI from Debian and no package index to install from.
const python = {
  system_site_packages: true,
  imports: modules.map((name) => `argo.core.${name}`),
};

export function declaration(host: TestHost, user: string) {
  return {
    name: host.name,
    address: host.address,
    user,
    // known_hosts lines begin with the address; argo.yml pins the keys alone.
    host_keys: host.hostKeys.map((line) => line.split(' ').slice(-2).join(' ')),
    identity_file: host.botKeyPath,
  };
}
