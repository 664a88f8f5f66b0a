// Decides whether a release in its slot is healthy: several good answers in a row, within the time limit.
import { setTimeout as wait } from 'node:timers/promises';
import { StageFailed } from '../record/errors.ts';
import type { Placement } from '../record/facts.ts';
import { fixStep } from '../failure/log-cause.ts';
import { exitSuffix } from '../failure/exit-status.ts';
import { slotUrl, isAdopted, hasOneUnit } from '../settings/layout.ts';
import { healthInRow } from './answers-in-row.ts';
import { mayServe, type Health, degradedRefused } from './probe.ts';
import {
  serviceState,
  stateAfterLogging,
  causeSuffix,
  readRestarts,
} from '../failure/slot-journal.ts';
import type { Host } from '../ports/ports.ts';
import type { StageContext } from '../step/stage.ts';

/** Waits for `health.passes` good answers in a row, and calls `onGood` after the first. `since`: its request's time. */
export async function awaitHealthy(
  context: StageContext,
  host: Host,
  placement: Placement,
  onGood?: () => void,
): Promise<Health & { since: number }> {
  const { slot, release } = placement;
  const { health } = context.target.settings;
  const url = slotUrl(context.target, slot, health.path);
  const deadline = Date.now() + health.timeout_seconds * 1_000;
  const pace = pollingPace(health.interval_ms, context.target.place.hosts.length);
  let restartsBefore: number | undefined;
  const isGood = (answer: Health): boolean =>
    mayServe(context, answer, release) && isRightRelease(answer, release, health.version);
  for (;;) {
    const since = Date.now();
    const { answers, last, allGood } = await healthInRow(context, host, { url, isGood, onGood });
    // One degraded answer in the row makes the result degraded.
    const degraded = answers.findLast(({ state }) => state === 'degraded');
    if (allGood) return { ...(degraded ?? last), since };
    // Waiting does not help a service that keeps crashing, so ask systemd for restarts about once a second.
    if (pace.isCrashCheckDue()) {
      restartsBefore ??= await countedRestarts(context, host, placement);
      await failIfCrashing(context, host, placement, restartsBefore);
    }
    if (Date.now() > deadline) throw await unhealthyFailure(context, host, placement, last);
    await wait(pace.next(), undefined, { signal: context.signal });
  }
}

/** In its first seconds, a service is polled often, so that its first answer is noticed without delay. */
const EAGER_FOR_MS = 5_000;
const EAGER_MS = 25;
const PATIENT_MS = 100;
const CRASH_CHECK_MS = 1_000;

/** With many hosts, each host is polled less often, because this one process polls all of them. */
const EAGER_MS_PER_HOST = 2;

function pollingPace(intervalMs: number, hosts: number) {
  const began = Date.now();
  let checkedAt = began;
  const eagerMs = Math.max(Math.min(EAGER_MS, intervalMs), hosts * EAGER_MS_PER_HOST);
  return {
    next: (): number =>
      Date.now() - began < EAGER_FOR_MS ? eagerMs : Math.max(PATIENT_MS, intervalMs),
    isCrashCheckDue(): boolean {
      if (Date.now() - checkedAt < Math.max(CRASH_CHECK_MS, intervalMs * 10)) return false;
      checkedAt = Date.now();
      return true;
    },
  };
}

function isRightRelease(health: Health, release: string, path: string | undefined): boolean {
  return path === undefined || isAdopted(release) || health.release === release;
}

/** Returns systemd's restart count as an earlier stage recorded it, else reads the present one. */
async function countedRestarts(
  context: StageContext,
  host: Host,
  { release, slot }: Placement,
): Promise<number> {
  const { facts } = context;
  const counted = release === facts.release ? facts.restarts?.[host.name] : undefined;
  return counted ?? readRestarts(context, host, slot);
}

async function failIfCrashing(
  context: StageContext,
  host: Host,
  placement: Placement,
  restartsBefore: number,
): Promise<void> {
  const { unit, answer, logToLastCrash: log } = await serviceState(context, host, placement);
  const active = answer.value('active');
  const died = Number(answer.value('restarts')) - restartsBefore;
  if (died < 2 && active !== 'failed') return;
  throw new StageFailed(
    `${unit} ${active === 'failed' ? 'failed' : `crashed ${died === 2 ? 'twice' : `${died} times`}`} on ${host.name}${exitSuffix(answer)}${causeSuffix(log)}`,
    {
      code: 'service-dies',
      host: host.name,
      next: nextStep(context, fixStep(log, context.facts.commits)),
      log: log.join('\n'),
    },
  );
}

async function unhealthyFailure(
  context: StageContext,
  host: Host,
  placement: Placement,
  last: Health,
): Promise<StageFailed> {
  const { release } = placement;
  const { unit, log, answer } = await stateAfterLogging(context, host, placement);
  if (answer.value('active') === 'inactive') throw stoppedFailure(context, host, unit, log);
  const { health } = context.target.settings;
  const url = slotUrl(context.target, placement.slot, health.path);
  const wrong = last.state !== 'unavailable' && !isRightRelease(last, release, health.version);
  const degraded = last.state === 'degraded';
  const seen = wrong
    ? describeOtherRelease(last, release, health.version)
    : degraded
      ? `It ${degradedRefused(last.does)}`
      : last.refused
        ? `It runs, but nothing listens on port ${url.port}`
        : `Its health address ${health.path} ${last.does}`;
  return new StageFailed(
    `${unit} did not become healthy on ${host.name} within ${health.timeout_seconds} s. ${seen}${causeSuffix(log)}`,
    {
      code: wrong ? 'wrong-release-answers' : degraded ? 'degraded' : 'unhealthy',
      host: host.name,
      next: nextStep(
        context,
        wrong
          ? nameRelease(health.version)
          : degraded
            ? DEGRADED
            : fixStep(log, context.facts.commits),
      ),
      log: log.join('\n'),
    },
  );
}

function describeOtherRelease(
  { release: other }: Health,
  release: string,
  field: string | undefined,
): string {
  return other
    ? `It answers as release ${other}, expected ${release}`
    : `Its health answer has no field "${field}", which must name the release ${release}`;
}

/** A service is inactive if a person stopped it, or if it ended by itself and its unit does not restart it then. */
function stoppedFailure(
  context: StageContext,
  host: Host,
  unit: string,
  log: readonly string[],
): StageFailed {
  return new StageFailed(`${unit} is stopped on ${host.name}${causeSuffix(log)}`, {
    code: 'unhealthy',
    host: host.name,
    next: nextStep(
      context,
      `on ${host.name}, \`sudo journalctl -n 20 _COMM=sudo + _COMM=systemctl\` shows who stopped it. Then \`/argo retry\`. If nobody did, it ended by itself: press Show log to find the cause.`,
    ),
    log: log.join('\n'),
  });
}

function nameRelease(field = 'version'): string {
  return `put the environment variable ARGO_RELEASE into the field "${field}" of the health answer, commit and push, then \`/argo deploy\`.`;
}

const DEGRADED =
  '`/argo retry` if it can recover by itself. Otherwise press Show log, fix the cause, commit and push, then `/argo deploy`.';

/** Returns the next step. If the rollback target itself is unhealthy, only a person can choose another release. */
function nextStep({ deployment, target }: StageContext, forward: string): string {
  if (deployment.due !== 'rollback') return forward;
  const users = hasOneUnit(target)
    ? 'Users of this host get errors.'
    : 'Users are still on the bad release.';
  return `roll back to another release of \`/argo history\` now: \`/argo rollback <release>\`. ${users}`;
}
