import { behaves, edits } from '../breakages.ts';
import type { Fault } from '../fault.ts';

const stage = 'smoke';
const code = 'smoke-test';
const health = 'argo/api/health.py';
const signals = (wanted: object) => ({
  smoke: [{ name: 'signals are served', path: '/api/v1/signals', ...wanted }],
});

/** Services that are healthy by their own account, and do not do their work. */
export const smoke: Fault[] = [
  {
    name: 'smoke-field-missing',
    breaks: edits(health, '            "performance": performance,\n', ''),
    stage,
    code,
    says: /services\.performance is missing/,
    log: /HTTP 200[^]*Uvicorn running/,
  },
  {
    name: 'smoke-field-that-must-not-be',
    breaks: edits(
      health,
      'performance["cache_hit_rate"] = round(cache.hit_rate(), 3)',
      'performance["error"] = "no cache"',
    ),
    stage,
    code,
    says: /services\.performance\.error is present, but must be absent/,
  },
  {
    name: 'smoke-status',
    given: signals({ retries: 1, interval_ms: 100 }),
    breaks: edits('argo/api/signals.py', '    now = time.time()', '    now = time.now()'),
    stage,
    code,
    says: /signals are served" failed on host-1\. .*: status 500, expected 200 \(2 tries\)/,
    log: /AttributeError: module 'time' has no attribute 'now'/,
  },
  {
    name: 'smoke-list-empty',
    given: signals({ json: [{ path: 'signals.length', min: 1 }] }),
    breaks: edits('argo/api/signals.py', 'enumerate(_WATCHLIST)', 'enumerate(_WATCHLIST[:0])'),
    stage,
    code,
    says: /signals\.length is 0, at least 1 expected/,
  },
  {
    name: 'smoke-pattern-in-a-list',
    given: signals({ json: [{ path: 'signals[0].action', matches: '^(buy|sell|hold)$' }] }),
    breaks: edits(
      'argo/api/signals.py',
      '"symbol": symbol, "action": action',
      '"symbol": symbol, "action": action.upper()',
    ),
    stage,
    code,
    says: /signals\[0\]\.action is "[A-Z]+", expected it to match/,
  },
  {
    name: 'smoke-header',
    given: signals({ headers: [{ name: 'X-Release', exists: true }] }),
    breaks: edits('main.py', '    response.headers["X-Release"] = release.name()\n', ''),
    stage,
    code,
    says: /header X-Release is missing/,
  },
  {
    name: 'smoke-too-slow',
    given: signals({ max_latency_ms: 500 }),
    breaks: behaves({ latencyMs: 700 }),
    stage,
    code,
    says: /took \d+ ms, at most 500 ms allowed/,
  },
];
