import type { Commit } from './repository.ts';

const wronglyIndented = {
  path: 'argo/api/health.py',
  find: `    performance = metrics.snapshot()
    problem = behaviour.problem()
    if problem is not None:
        status = problem
`,
  replace: `    problem = behaviour.problem()
    if problem is not None:
        status = problem
        performance = metrics.snapshot()
`,
};

function behaving(message: string, behaviour: Record<string, string | number>): Commit {
  return { message, files: { 'behaviour.json': `${JSON.stringify(behaviour, null, 2)}\n` } };
}

/** What went wrong for real teams, one commit each, to be made on a good repository. */
export const badCommits = {
  /** All is well until users arrive through the proxy; five seconds later it says "degraded". */
  degradesAfterSwitch: behaving('Refresh signals from the new feed', {
    after: 'proxy',
    degradeAfterSeconds: 5,
  }),
  /** As above, but it answers 500 to everything. */
  failsAfterSwitch: behaving('Cache signals by account', { after: 'proxy', failAfterSeconds: 5 }),
  /** As above, but it only becomes slow. */
  slowAfterSwitch: behaving('Recompute signals on every request', {
    after: 'proxy',
    slowAfterSeconds: 5,
    latencyMs: 800,
  }),
  /** A module that others import is gone from the tree, and its test with it. */
  missingModule: {
    message: 'Clean up unused modules',
    files: { 'argo/core/rate_limiter.py': null },
    edits: [
      {
        path: 'tests/test_core.py',
        find: 'from argo.core.rate_limiter import RateLimiter\n',
        replace: '',
      },
      {
        path: 'tests/test_core.py',
        find: `    def test_limiter_stops_at_its_burst(self):
        limiter = RateLimiter(per_second=0, burst=2)
        self.assertEqual([limiter.allow() for _ in range(3)], [True, True, False])

`,
        replace: '',
      },
    ],
  },
  /** A change that the team's own tests find. */
  failsItsTests: {
    message: 'Let bursts through',
    edits: [
      {
        path: 'argo/core/rate_limiter.py',
        find: 'if self._tokens < 1:',
        replace: 'if self._tokens < 0:',
      },
    ],
  },
  /** The modules are in the tree, but a new rule keeps them from being deployed. */
  ignoredModule: {
    message: 'Keep cache files out of deployments',
    edits: [{ path: '.deployignore', find: '*.log\n', replace: '*.log\n*cache*\n' }],
  },
  /** The health endpoint's UnboundLocalError: one line indented too far. */
  unboundHealth: { message: 'Report the status first', edits: [wronglyIndented] },
  /** A name that its module does not have. */
  importError: {
    message: 'Rename the cache',
    edits: [
      {
        path: 'argo/state.py',
        find: 'import AdaptiveCache\n',
        replace: 'import SmartCache as AdaptiveCache\n',
      },
    ],
  },
  exitsAtOnce: behaving('Read the market calendar at start', {
    after: 'start',
    exitAfterSeconds: 0,
  }),
  /** A character of the key was lost when it was pasted. */
  shortKey: {
    message: 'Rotate the data key',
    edits: [{ path: 'config.json', find: 'not-real-032', replace: 'not-real-32' }],
  },
  invalidConfig: {
    message: 'Add a second data key',
    edits: [{ path: 'config.json', find: '"sonar":', replace: '"sonar"' }],
  },
} as const satisfies Record<string, Commit>;
