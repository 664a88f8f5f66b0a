import { behaves } from '../breakages.ts';
import type { Fault } from '../fault.ts';

const stage = 'watch';
const code = 'watch';
const checks = (count: number) => ({
  'environments.production.watch': { checks: count, interval_seconds: 0.5 },
});

/** Releases that are well until users are on them. */
export const watched: Fault[] = [
  {
    name: 'degraded-in-the-watch',
    given: checks(14),
    breaks: behaves({ after: 'proxy', degradeAfterSeconds: 2 }),
    outcome: 'shown',
    stage,
    says: /on host-1, argo-trading-green says its status is "degraded" \(2 checks in a row\)/i,
  },
  {
    name: 'degraded-in-the-watch-where-that-is-not-allowed',
    given: { ...checks(20), 'health.allow_degraded': false },
    breaks: behaves({ after: 'proxy', degradeAfterSeconds: 3 }),
    outcome: 'rolled-back',
    stage,
    code,
    says: /3 checks in a row failed \(limit 3\)\. On host-1, .* status is "degraded", which/,
  },
  {
    name: 'degraded-then-unhealthy-in-the-watch',
    given: checks(24),
    breaks: behaves({ after: 'proxy', degradeAfterSeconds: 2, unhealthyAfterSeconds: 4 }),
    outcome: 'rolled-back',
    stage,
    code,
    says: /3 checks in a row failed \(limit 3\)\. On host-1, .* answers HTTP 503/,
  },
  {
    // Users get the release before it meanwhile: nginx asks that one where the new one cannot be connected to.
    name: 'exits-again-and-again-in-the-watch',
    given: checks(40),
    breaks: behaves({ after: 'proxy', exitAfterSeconds: 3 }),
    outcome: 'rolled-back',
    stage,
    code,
    says: /3 checks in a row failed|restarted it \d+ times/,
  },
  {
    // Well for so long that a look at its start finds nothing; away for as long as systemd takes to start it anew.
    name: 'exits-after-20-s',
    given: { 'environments.production.watch': { checks: 90, interval_seconds: 0.3 } },
    breaks: behaves({ after: 'proxy', exitAfterSeconds: 20 }),
    outcome: 'rolled-back',
    stage,
    code,
    says: /3 checks in a row failed \(limit 3\)\. On host-1, .*nothing listens/,
  },
];
