import { badCommits } from '../../sandbox/engine/repository.ts';
import { commits } from '../breakages.ts';
import type { Fault } from '../fault.ts';

/** Incident 3, the health endpoint's bug, and modules that are there and cannot be imported. */
export const code: Fault[] = [
  {
    name: 'health-indented-too-far',
    incident: 3,
    breaks: commits(badCommits.unboundHealth),
    stage: 'checks',
    code: 'python-findings',
    says: /argo\/api\/health\.py:\d+.*performance/,
  },
  {
    name: 'health-name-misspelt',
    incident: 3,
    breaks: commits({
      message: 'Say what the cache does',
      edits: [
        {
          path: 'argo/api/health.py',
          find: 'performance["cache_hit_rate"]',
          replace: 'perfomance["cache_hit_rate"]',
        },
      ],
    }),
    stage: 'checks',
    code: 'python-findings',
    says: /argo\/api\/health\.py:\d+.*perfomance/,
  },
  {
    name: 'health-syntax-error',
    incident: 3,
    breaks: commits({
      message: 'Tidy the health endpoint',
      edits: [
        {
          path: 'argo/api/health.py',
          find: '    status = "healthy"',
          replace: '  status = "healthy"',
        },
      ],
    }),
    stage: 'checks',
    code: 'python-findings',
    says: /argo\/api\/health\.py:\d+/,
  },
  {
    name: 'health-fails-at-request-time',
    incident: 3,
    breaks: commits({
      message: 'Count the symbols',
      edits: [
        {
          path: 'argo/api/health.py',
          find: '    providers = settings.providers()\n',
          replace:
            '    providers = settings.providers()\n    performance["symbols"] = metrics.symbols\n',
        },
      ],
    }),
    stage: 'health',
    code: 'unhealthy',
    says: /was not healthy 3 times in a row within 6 s: HTTP 500/,
    log: /AttributeError: 'PerformanceMetrics' object has no attribute 'symbols'/,
  },
  {
    name: 'module-empty',
    incident: 1,
    breaks: commits({
      message: 'Merge the limits',
      files: { 'argo/core/rate_limiter.py': '' },
    }),
    stage: 'preflight',
    code: 'preflight',
    says: /import main failed: ImportError: cannot import name 'RateLimiter'/,
    given: { 'python.imports': ['main'] },
  },
  {
    name: 'module-empty-and-not-tried',
    incident: 1,
    breaks: commits({
      message: 'Merge the limits',
      files: { 'argo/core/rate_limiter.py': '' },
    }),
    stage: 'health',
    code: 'service-dies',
    says: /has died 2 times instead of answering/,
    log: /ImportError: cannot import name 'RateLimiter'/,
  },
  {
    name: 'module-cannot-be-imported',
    incident: 1,
    breaks: commits(badCommits.importError),
    stage: 'preflight',
    code: 'preflight',
    says: /ImportError: cannot import name 'SmartCache'/,
    given: { 'python.imports': ['main'] },
  },
];
