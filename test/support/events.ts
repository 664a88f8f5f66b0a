import type { DeploymentEvent, Phase } from '../../src/deploy/record/events.ts';
import type { FailureRecord } from '../../src/deploy/record/errors.ts';

/** Journal entries as a worker writes them. */
export function phaseStarted(phase: Phase, at = Date.now()): DeploymentEvent {
  return { type: 'phase-started', at, phase, epoch: 1, worker: 'worker-1' };
}

export function done(
  stage: string,
  summary = 'fine',
  more: {
    facts?: Record<string, unknown>;
    warnings?: string[];
    at?: number;
    ms?: number;
    log?: string;
  } = {},
): DeploymentEvent[] {
  const { facts = {}, warnings = [], at = Date.now(), ms = 300, log } = more;
  return [
    { type: 'intent', at, stage },
    {
      type: 'done',
      at,
      stage,
      ms,
      summary,
      warnings,
      skipped: false,
      facts,
      ...(log === undefined ? {} : { log }),
    },
  ];
}

export function failed(stage: string, failure: Partial<FailureRecord> = {}): DeploymentEvent[] {
  const at = Date.now();
  const host = 'host' in failure ? failure.host : 'host-1';
  const {
    code = 'broken',
    message = 'no space left on device',
    next = 'Free some space on host-1, then `/argo retry`.',
    ...rest
  } = failure;
  return [
    { type: 'intent', at, stage },
    { type: 'stage-failed', at, stage, ms: 1_200, failure: { code, message, next, ...rest, host } },
  ];
}

const prepareStages = [
  'source',
  'checks',
  'files',
  'config',
  'claim',
  'upload',
  'verify',
  'preflight',
  'unit',
  'start',
  'health',
  'smoke',
];

export const exampleFacts = {
  release: '20261123-160249-1a2b3c4',
  commit: {
    sha: '1a2b3c4d5e6f',
    author: 'Dana',
    subject: 'Cache the order book',
    at: 1_795_000_000_000,
  },
  commits: [
    { sha: '1a2b3c4d5e6f', author: 'Dana', subject: 'Cache the order book', at: 1_795_000_000_000 },
  ],
  fileCount: 2987,
  fileBytes: 31_000_000,
  diff: {
    added: ['engine/cache.py'],
    changed: ['engine/book.py', 'main.py'],
    deleted: ['engine/old.py'],
  },
  fileChanges: [
    { hosts: ['host-1'], from: '20261120-0900-0000000', added: 1, changed: 2, deleted: 1 },
    { hosts: ['host-2'], from: '20261119-0900-0000000', added: 4, changed: 2, deleted: 1 },
  ],
  packageChanges: {
    count: 9,
    some: [
      { package: 'fastapi', before: '0.92.0', after: '0.95.1' },
      { package: 'orjson', after: '3.9.0' },
      { package: 'ujson', before: '5.7.0' },
    ],
  },
  leftOut: [
    { by: 'tests are left out by default', count: 12, paths: ['tests/', 'engine/test_book.py'] },
    { by: '.deployignore:3 *.ipynb', count: 1, paths: ['notes/try.ipynb'] },
  ],
  configChanges: [{ key: 'cache.size', was: '11aa22bb', now: '33cc44dd' }],
  slot: 'green',
  hosts: {
    'host-1': {
      live: 'blue',
      slots: { blue: '20261120-0900-0000000' },
      liveRelease: '20261120-0900-0000000',
      freeMb: 9000,
    },
  },
  unitDiff: '-MemoryMax=1G\n+MemoryMax=2G',
  exposure: { now: 3.3, before: 8.9 },
  rollbackTo: { release: '20261120-0900-0000000', slot: 'blue' },
  subjects: { '20261120-0900-0000000': 'Report daily prices' },
} as const;

export const DIGEST = 'd1ge57';

/** Up to a gate before any code of the commit has run on a host. */
export function preparedEarly(): DeploymentEvent[] {
  const copied = prepareStages.slice(0, prepareStages.indexOf('preflight'));
  return prepared({ stages: [...copied, 'show-unit'] });
}

/** Everything up to the open gate. */
export function prepared({
  facts = exampleFacts,
  expiresAt = Date.now() + 1_800_000,
  stages = prepareStages,
}: { facts?: object; expiresAt?: number; stages?: string[] } = {}): DeploymentEvent[] {
  const at = Date.now();
  return [
    phaseStarted('prepare'),
    ...stages.flatMap((stage) =>
      done(stage, 'fine', stage === 'claim' ? { facts: { ...facts } } : {}),
    ),
    { type: 'phase-done', at, phase: 'prepare' },
    { type: 'gate-opened', at, digest: DIGEST, expiresAt },
  ];
}

/** From the approval to traffic on the new release. */
export function switched(by = 'U0BOB'): DeploymentEvent[] {
  const at = Date.now();
  return [
    { type: 'approved', at, by, digest: DIGEST },
    phaseStarted('release'),
    ...['recheck', 'switch', 'confirm', 'sync'].flatMap((stage) => done(stage)),
    { type: 'phase-done', at, phase: 'release' },
    phaseStarted('watch'),
    { type: 'intent', at, stage: 'watch' },
  ];
}

export function finished(
  ending: Extract<DeploymentEvent, { type: 'finished' }>['ending'],
): DeploymentEvent {
  return { type: 'finished', at: Date.now(), ending };
}
