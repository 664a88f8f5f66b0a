// Checks one host in a round of the watch: slot, public address, and systemd's restarts.
import { requireFact } from '../record/facts.ts';
import type { Deployment } from '../record/deployment.ts';
import { isFailure, StageFailed, Fenced } from '../record/errors.ts';
import type { Slot } from '../record/events.ts';
import type { WatchCheck } from '../record/watch-check.ts';
import { readWatchedState } from '../failure/slot-journal.ts';
import { portOf, publicUrl, slotUrl, hasOneUnit, unitName } from '../settings/layout.ts';
import { runScript } from '../step/on-every-host.ts';
import type { Answer, Host, HostSettings } from '../ports/ports.ts';
import { type Health, mayServe, probe, degradedRefused } from '../health/probe.ts';
import type { StageContext } from '../step/stage.ts';
import { describeEnd, exitSuffix, LEFT_BEHIND } from '../failure/exit-status.ts';
import { restartsBy } from './rounds.ts';

/** With this many restarts since the switch, a service counts as unavailable although it answers between them. */
const CRASH_LIMIT = 2;

/** Time limit for a script that reads the state of a busy host. */
const STATE_MS = 10_000;

type CheckResult = Omit<WatchCheck, 'at' | 'host'>;
type Public = NonNullable<WatchCheck['public']>;

/** Sends all requests at once over the open connection. The result for an unreachable host is `unknown`. */
export async function checkHost(
  context: StageContext,
  settings: HostSettings,
  deployment: Deployment,
): Promise<CheckResult> {
  const { target, facts, signal, ports } = context;
  const slot = requireFact(facts, 'slot');
  const began = performance.now();
  try {
    const host = await ports.hosts.open(settings, signal);
    const url = slotUrl(target, slot, target.settings.health.path);
    const [health, state, outside] = await Promise.all([
      probe(host, url, target, signal),
      readUnitState(context, host, slot),
      probePublic(context, host, url),
    ]);
    const seen = slotResult(context, health, state, restartsBy(deployment.checks, host.name));
    if (!outside || seen.returned !== undefined) return seen;
    return { ...seen, public: await publicResult(context, host, outside, seen) };
  } catch (error) {
    if (signal.aborted || !isFailure(error) || error instanceof Fenced) throw error;
    return { state: 'unknown', ms: performance.now() - began, detail: error.message };
  }
}

interface UnitState {
  /** Restarts since the last good health check before the switch. */
  died: number;
  unknown?: string;
  answer?: Answer;
  returned?: string | undefined;
}

async function readUnitState(context: StageContext, host: Host, slot: Slot): Promise<UnitState> {
  try {
    const answer = await readWatchedState({ ...context, timeoutMs: STATE_MS }, host, slot);
    const died = Number(answer.value('restarts')) - (context.facts.restarts?.[host.name] ?? 0);
    return { died, answer, returned: answer.maybe('guard_returned') };
  } catch (error) {
    if (context.signal.aborted || !isFailure(error) || error instanceof Fenced) throw error;
    return { died: 0, unknown: error.message };
  }
}

/** Returns `degraded` for the check that finds the first restart, and `unavailable` after a second restart. */
function slotResult(
  context: StageContext,
  health: Health,
  { died, unknown, returned, answer }: UnitState,
  before: number,
): CheckResult {
  const { state: said, ms, does, refused } = health;
  const slot = requireFact(context.facts, 'slot');
  const unit = unitName(context.target, slot).replace(/\.service$/, '');
  const detail = `${unit} ${does}`;
  // The host rolled back, so users are no longer on this slot.
  if (returned) return { state: said, ms, detail, returned };
  if (said === 'degraded' && !mayServe(context, health, requireFact(context.facts, 'release'))) {
    return { state: 'unavailable', ms, detail: degradedRefused(detail) };
  }
  // If systemd did not answer, a good answer counts as `unknown`, because the service may keep restarting.
  if (said === 'healthy' && unknown) return { state: 'unknown', ms, detail: unknown };
  const counted = died > 0 ? { restarts: died } : {};
  if (said !== 'healthy') {
    const ended = answer && (died > 0 || answer.value('active') !== 'active');
    const port = portOf(context.target, slot);
    const end = `${unit} ${answer ? describeEnd(answer) : ''}, and nothing listens on port ${port}`;
    return { state: said, ms, ...counted, detail: refused && ended ? end : detail };
  }
  if (answer?.value('active') === 'failed') {
    const left = `${unit} failed${exitSuffix(answer)}. ${LEFT_BEHIND}`;
    return { state: 'unavailable', ms, ...counted, detail: left };
  }
  if (died >= CRASH_LIMIT) {
    const again = `${unit} answers, but systemd restarted it ${died} times since the switch`;
    return { state: 'unavailable', ms, ...counted, detail: again };
  }
  if (died > before) {
    const once = `${unit} answers, but systemd restarted it once since the switch`;
    return { state: 'degraded', ms, ...counted, detail: once };
  }
  return { state: said, ms, ...counted };
}

/** Asks the public address for its health. Returns undefined if the slot has the same address. */
async function probePublic(
  { target, signal }: StageContext,
  host: Host,
  slot: URL,
): Promise<Health | undefined> {
  const url = publicUrl(target, target.settings.health.path);
  return url.href === slot.href ? undefined : probe(host, url, target, signal);
}

async function publicResult(
  context: StageContext,
  host: Host,
  health: Health,
  slot: CheckResult,
): Promise<Public> {
  const release = requireFact(context.facts, 'release');
  const { state, ms } = health;
  const detail = `the public address ${health.does}`;
  const named = context.target.settings.health.version !== undefined;
  if (state === 'unavailable') {
    const stuck =
      slot.state === 'unavailable' ? undefined : await whyRollbackIsFutile(context, host, health);
    return { state, ms, detail, stuck };
  }
  if (named && health.release !== release) {
    const other = health.release ?? 'no release by name';
    const wrong = `the public address answers as ${other}, expected ${release}`;
    return { state: 'degraded', ms, other, detail: wrong };
  }
  if (mayServe(context, health, release))
    return state === 'healthy' ? { state, ms } : { state, ms, detail };
  return { state: 'unavailable', ms, detail: degradedRefused(detail) };
}

/** Returns why a rollback would not help, if the proxy is broken; undefined if a rollback may help. */
async function whyRollbackIsFutile(
  context: StageContext,
  host: Host,
  health: Health,
): Promise<string | undefined> {
  if (health.refused) return 'the proxy is down';
  if (hasOneUnit(context.target)) return undefined;
  try {
    await runScript({ ...context, timeoutMs: STATE_MS }, host, 'test-proxy');
    return undefined;
  } catch (error) {
    if (!(error instanceof StageFailed) || context.signal.aborted) throw error;
    return 'nginx refuses its configuration';
  }
}
