import { Readable } from 'node:stream';
import type { CommitFiles, ConfigReport, Host, Ports } from '../../src/deploy/ports/ports.ts';
import { createRedactor } from '../../src/deploy/secrets/redactor.ts';
import { MemoryHost } from './memory-host.ts';
import { createMemoryRecords, type MemoryRecords } from './memory-records.ts';

export const COMMIT = {
  sha: '1a2b3c4d5e6f7a8b9c0d1a2b3c4d5e6f7a8b9c0d',
  author: 'Ada',
  subject: 'Cache the order book',
  at: 1_795_000_000_000,
};

const file = (path: string) => ({ path, sha256: 'ab'.repeat(32), bytes: 10, mode: 0o644 });

export interface MemoryWorld {
  ports: Ports;
  records: MemoryRecords;
  hosts: MemoryHost[];
  host: MemoryHost;
  /** Of every commit. */
  files: CommitFiles;
  /** How often the connections of a run were dropped. */
  closed: () => number;
  warnings: string[];
}

export interface WorldOptions {
  hosts?: string[];
  /** Called when a host is opened; may throw. */
  opening?: (name: string) => void;
  config?: Partial<ConfigReport>;
  ports?: Partial<Ports>;
}

/** Everything outside of the domain, in memory. */
export function createMemoryWorld(options: WorldOptions = {}): MemoryWorld {
  const hosts = (options.hosts ?? ['host-1']).map((name) => new MemoryHost(name));
  const records = createMemoryRecords();
  const warnings: string[] = [];
  let closed = 0;
  const files: CommitFiles = {
    sha: COMMIT.sha,
    read: async () => ({ kind: 'missing', problem: 'is not there' }),
    stream: async () => ({ kind: 'missing', problem: 'is not there' }),
    discover: async () => ({ files: [file('main.py')], left: [], problems: [] }),
    requirements: async (_settings, { requirements: path }) => ({
      requirements: {
        path,
        folder: '.',
        digest: 'd1',
        files: [path],
        packages: {},
        projects: 'none',
      },
      problems: [],
    }),
  };
  const ports: Ports = {
    records,
    redactor: createRedactor(),
    log: {
      info: () => undefined,
      warn: (_fields, message) => void warnings.push(message),
      error: (_fields, message) => void warnings.push(message),
    },
    source: {
      resolve: async () => COMMIT,
      admit: async () => ({ warnings: [] }),
      commits: async () => [COMMIT],
      authors: async () => [{ name: 'Ada', email: 'ada@example.org' }],
      changed: async () => undefined,
      files: async () => files,
      filesHere: async () => files,
      checkout: async () => ({ tree: '/checkout', folder: '.', remove: async () => undefined }),
      lastChange: async () => undefined,
    },
    python: { check: async () => ({ findings: [], leftOut: [], version: '3.11' }) },
    commands: { run: async () => ({ passed: undefined }) },
    config: {
      read: async () => ({
        content: Buffer.from('{}'),
        problems: [],
        fingerprints: {},
        secrets: [],
        warnings: [],
        probes: [],
        ...options.config,
      }),
      fingerprintsIn: async (_file, content) =>
        Object.fromEntries(
          content
            .split('\n')
            .filter(Boolean)
            .map((line) => [line, line]),
        ),
      secretsIn: async (_file, content) => content.split('\n').filter((line) => line !== ''),
    },
    sendProbe: async () => ({ kind: 'answered', status: 200 }),
    hosts: {
      async open({ name }): Promise<Host> {
        options.opening?.(name);
        const host = hosts.find((candidate) => candidate.name === name);
        if (!host) throw new Error(`no host ${name} in this world`);
        return host;
      },
      closeAll: async () => void (closed += 1),
    },
    pack: () => Readable.from([]),
    ...options.ports,
  };
  const [host = new MemoryHost('none')] = hosts;
  return { ports, records, hosts, host, files, closed: () => closed, warnings };
}
