import { badCommits } from '../../sandbox/engine/repository.ts';
import { behaves, commits, declares, edits } from '../breakages.ts';
import type { Fault } from '../fault.ts';

const strict = { 'health.allow_degraded': false };

/** Services that start and do not serve: seen in the idle slot, before anyone is asked. */
export const running: Fault[] = [
  {
    name: 'exits-at-once',
    incident: 2,
    breaks: commits(badCommits.exitsAtOnce),
    stage: 'health',
    code: 'service-dies',
    says: /crashed twice on host-1/,
  },
  {
    name: 'exits-for-want-of-a-file',
    incident: 2,
    breaks: edits('main.py', 'app = FastAPI(', 'open("/var/lib/engine/state")\napp = FastAPI('),
    stage: 'health',
    code: 'service-dies',
    says: /crashed twice[^]*No such file or directory: '\/var\/lib\/engine\/state'/,
    log: /FileNotFoundError/,
  },
  {
    name: 'opens-another-port',
    incident: 2,
    breaks: declares({
      'unit.exec_start': '{venv}/bin/python -m uvicorn main:app --host 127.0.0.1 --port 8090',
    }),
    stage: 'health',
    code: 'unhealthy',
    says: /nothing listens/,
  },
  {
    name: 'never-opens-its-port',
    breaks: behaves({ startDelayMs: 600_000 }),
    stage: 'health',
    code: 'unhealthy',
    says: /did not become healthy on host-1 within 20 s\. .*nothing listens/,
  },
  {
    name: 'takes-connections-and-never-answers',
    given: { 'health.request_timeout_ms': 500 },
    breaks: behaves({ latencyMs: 60_000 }),
    stage: 'health',
    code: 'unhealthy',
    says: /Its health address \S+ accepts connections, but gives no answer within 0\.5 s/,
  },
  {
    name: 'answers-500',
    breaks: behaves({ failAfterSeconds: 0 }),
    stage: 'health',
    code: 'unhealthy',
    says: /did not become healthy on host-1 within 20 s\. Its health address \S+ answers HTTP 500/,
  },
  {
    name: 'says-it-is-unhealthy',
    breaks: behaves({ unhealthyAfterSeconds: 0 }),
    stage: 'health',
    code: 'unhealthy',
    says: /did not become healthy on host-1 within 20 s\. Its health address \S+ answers HTTP 503/,
  },
  {
    name: 'answers-as-an-old-version',
    breaks: edits('argo/release.py', 'return given', 'return "20251101-120000-0000001"'),
    stage: 'health',
    code: 'wrong-release-answers',
    says: /answers as release 20251101-120000-0000001, expected/,
  },
  {
    name: 'answers-without-a-version',
    breaks: edits('argo/api/health.py', '        "version": release.name(),\n', ''),
    stage: 'health',
    code: 'wrong-release-answers',
    says: /Its health answer has no field "version"/,
  },
  {
    name: 'degraded-from-the-start',
    breaks: behaves({ degradeAfterSeconds: 0 }),
    outcome: 'shown',
    stage: 'health',
    says: /the new release is degraded: it says its status is "degraded"/i,
  },
  {
    name: 'degraded-where-that-is-not-allowed',
    given: strict,
    breaks: behaves({ degradeAfterSeconds: 0 }),
    stage: 'health',
    code: 'degraded',
    says: /status is "degraded", which argo\.yml does not allow/,
  },
];
