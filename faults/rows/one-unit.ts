import { badCommits } from '../../sandbox/engine/repository.ts';
import { behaves, commits, edits } from '../breakages.ts';
import type { Fault } from '../fault.ts';

/** The release before is up again within the stage that failed. */
const back = { environment: 'single', outcome: 'rolled-back', stage: 'restart' } as const;
const wantsModule = edits('main.py', 'app = FastAPI(', 'import tradinglib\napp = FastAPI(');

/** With one unit nothing can be started beside what users are on: what a start tells is found out with them. */
export const oneUnit: Fault[] = [
  {
    name: 'one-unit-exits-at-once',
    incident: 2,
    breaks: commits(badCommits.exitsAtOnce),
    ...back,
    code: 'service-dies',
    says: /crashed twice on host-1[^]*is live again/,
  },
  {
    name: 'one-unit-wants-a-module-that-is-not-there',
    incident: 1,
    breaks: wantsModule,
    ...back,
    code: 'service-dies',
    says: /^(?=[^]*No module named 'tradinglib')[^]*is live again/,
    log: /ModuleNotFoundError/,
  },
  {
    // The same, where argo.yml has the program itself imported: the old one is not touched.
    name: 'one-unit-import-tried-beforehand',
    environment: 'single',
    incident: 1,
    given: { 'python.imports': ['argo.core.rate_limiter', 'main'] },
    breaks: wantsModule,
    stage: 'preflight',
    code: 'preflight',
    says: /main\.py:\d+ imports tradinglib, which/,
  },
  {
    name: 'one-unit-answers-as-an-old-version',
    breaks: edits('argo/release.py', 'return given', 'return "20251101-120000-0000001"'),
    ...back,
    code: 'wrong-release-answers',
    says: /answers as release 20251101-120000-0000001, expected [^]*is live again/,
  },
  {
    name: 'one-unit-never-opens-its-port',
    breaks: behaves({ startDelayMs: 600_000 }),
    ...back,
    code: 'unhealthy',
    says: /did not become healthy on host-1 within 20 s\. .*nothing listens[^]*is live again/,
  },
  {
    name: 'one-unit-healthy-then-degraded',
    given: {
      'environments.single.watch': { checks: 60, interval_seconds: 0.5 },
      'health.allow_degraded': false,
    },
    breaks: behaves({ degradeAfterSeconds: 10 }),
    environment: 'single',
    outcome: 'rolled-back',
    stage: 'watch',
    code: 'watch',
    says: /3 checks in a row failed \(limit 3\)\. On host-1, .* status is "degraded", which/,
  },
];
