import type { Observation } from '../../../src/deploy/host/observe.ts';
import type { Answer } from '../../../src/deploy/ports/ports.ts';
import { parseAnswer } from '../../../src/host/run/answer.ts';

/** What examine.sh says of a host on which everything is right. */
const RIGHT: Record<string, string | string[]> = {
  has: ['ss'],
  now: '1795000000',
  runner: '0123456789ab',
  timekeeper: 'chrony.service',
  systemd: '252',
  systemd_state: 'running',
  disk: '9000 20000 /opt',
  inodes: '100000',
  mount: 'rw,relatime',
  memory: '4000 8000',
  user: '999',
  python: '3.11.2',
  venv: 'yes',
  ensurepip: 'yes',
  nginx: 'nginx/1.22.1',
  nginx_state: 'active',
  nginx_config: 'ok',
  upstream: 'included',
  passed: 'yes',
  declared: 'here',
  served: ['127.0.0.1:8000'],
};
export const NOW = 1_795_000_000_500;

/** The same with some lines different; undefined takes a line away. */
export function examined(different: Record<string, string | string[] | undefined> = {}): Answer {
  const lines = Object.entries({ ...RIGHT, ...different }).flatMap(([key, value]) =>
    value === undefined ? [] : [value].flat().map((one) => `${key}\t${one}\n`),
  );
  return parseAnswer({ stdout: lines.join(''), stderr: '', what: 'examine', host: 'host-1' });
}

/** What inspect.sh says of a host that argo-bot has never been on. */
export function untouched(different: Partial<Observation> = {}): Observation {
  return {
    facts: { live: undefined, slots: {}, freeMb: 9_000 },
    releases: [],
    proxied: [],
    liveCommit: undefined,
    fingerprints: {},
    trafficMismatch: undefined,
    externalServices: [{ address: '8000', unit: 'engine.service' }],
    serviceBefore: undefined,
    slotUsers: {},
    staleUnits: [],
    active: { blue: 'active', green: 'active' },
    warnings: [],
    ...different,
  };
}
