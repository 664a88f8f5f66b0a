import { badCommits, commit } from '../../sandbox/engine/repository.ts';
import { commits, edits } from '../breakages.ts';
import type { Fault } from '../fault.ts';

const health = 'argo/api/health.py';
const importsMain = { 'python.imports': ['main'] };

/** Incident 3, the health endpoint's bug, and modules that are there and cannot be imported. */
export const code: Fault[] = [
  {
    name: 'health-indented-too-far',
    incident: 3,
    breaks: commits(badCommits.unboundHealth),
    stage: 'checks',
    code: 'python-findings',
    says: /argo\/api\/health\.py line \d+.*performance/,
  },
  {
    name: 'health-name-misspelt',
    incident: 3,
    breaks: edits(health, 'performance["cache_hit_rate"]', 'perfomance["cache_hit_rate"]'),
    stage: 'checks',
    code: 'python-findings',
    says: /argo\/api\/health\.py line \d+.*perfomance/,
  },
  {
    name: 'health-syntax-error',
    incident: 3,
    breaks: edits(health, '    status = "healthy"', '  status = "healthy"'),
    stage: 'checks',
    code: 'python-findings',
    says: /argo\/api\/health\.py line \d+/,
  },
  {
    name: 'health-fails-at-request-time',
    incident: 3,
    breaks: edits(
      health,
      '    providers = settings.providers()\n',
      '    providers = settings.providers()\n    performance["symbols"] = metrics.symbols\n',
    ),
    stage: 'health',
    code: 'unhealthy',
    says: /did not become healthy on host-1 within 20 s\. Its health address \S+ answers HTTP 500/,
    log: /AttributeError: 'PerformanceMetrics' object has no attribute 'symbols'/,
  },
  {
    name: 'module-cannot-be-imported',
    incident: 1,
    given: importsMain,
    breaks: commits(badCommits.importError),
    stage: 'preflight',
    code: 'preflight',
    says: /module main cannot be imported, because .*ImportError: cannot import name 'SmartCache' from 'argo\.core\.adaptive.cache'(?! \()/,
  },
  {
    name: 'module-not-what-others-expect',
    incident: 1,
    given: importsMain,
    breaks: edits('argo/core/rate_limiter.py', 'class RateLimiter', 'class Limiter'),
    stage: 'preflight',
    code: 'preflight',
    says: /module main cannot be imported, because .*ImportError: cannot import name 'RateLimiter'/,
  },
  {
    name: 'module-fails-and-nobody-tried-it',
    incident: 1,
    breaks: edits('argo/core/rate_limiter.py', 'class RateLimiter', 'class Limiter'),
    stage: 'health',
    code: 'service-dies',
    says: /crashed twice on host-1[^]*ImportError/,
    log: /ImportError: cannot import name 'RateLimiter'/,
  },
  {
    name: 'dependency-missing',
    given: importsMain,
    breaks: edits('main.py', 'import asyncio\n', 'import asyncio\n\nimport pandas\n'),
    stage: 'preflight',
    code: 'preflight',
    says: /main\.py:\d+ imports pandas, which is not installed in the virtual environment/,
  },
  {
    name: 'requirement-not-among-the-wheels',
    given: { 'python.requirements': 'needed.txt', 'python.wheels': '/opt' },
    async breaks({ scene: { repository } }) {
      const needs = (text: string) =>
        commit(repository, { message: `Use ${text}`, files: { 'needed.txt': `${text}\n` } });
      await needs('pandas==2.0.0');
      // The host has this one from Debian.
      return async () => void (await needs('click'));
    },
    stage: 'preflight',
    code: 'preflight',
    says: /pip could not install .*pandas==2\.0\.0/,
  },
  {
    name: 'entry-file-missing',
    breaks: commits({ message: 'Start from another file', files: { 'main.py': null } }),
    stage: 'files',
    code: 'files-missing',
    says: /main\.py is the entry file, but was deleted by [0-9a-f]{7}/,
  },
];
