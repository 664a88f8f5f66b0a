// Decides whether a release in its slot is healthy: several good answers in a row, within the time limit.
import { setTimeout as wait } from 'node:timers/promises';
import { StageFailed } from '../record/errors.ts';
import type { Placement } from '../record/facts.ts';
import { fixStep } from '../failure/log-cause.ts';
import { slotUrl, isAdopted } from '../settings/layout.ts';
import { healthInRow } from './answers-in-row.ts';
import { hopelessFailure, notRunningFailure, stepAfter } from './not-running.ts';
import { mayServe, type Health, degradedRefused } from './probe.ts';
import {
  serviceState,
  stateAfterLogging,
  causeSuffix,
  readRestarts,
} from '../failure/slot-journal.ts';
import type { Host } from '../ports/ports.ts';
import type { StageContext } from '../step/stage.ts';

/** Waits for `health.passes` good answers in a row. Calls `onGood` after the first, which was requested at `since`. */
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
      await failIfHopeless(context, host, placement, restartsBefore);
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

/** Fails early if the service cannot become healthy within its time limit. */
async function failIfHopeless(
  context: StageContext,
  host: Host,
  placement: Placement,
  restartsBefore: number,
): Promise<void> {
  const state = await serviceState(context, host, placement);
  const died = Number(state.answer.value('restarts')) - restartsBefore;
  const seconds = context.target.settings.health.timeout_seconds;
  const failure = hopelessFailure(context, host, state, { died, seconds });
  if (failure) throw failure;
}

async function unhealthyFailure(
  context: StageContext,
  host: Host,
  placement: Placement,
  last: Health,
): Promise<StageFailed> {
  const { release } = placement;
  const { health } = context.target.settings;
  const state = await stateAfterLogging(context, host, placement);
  const notRunning = notRunningFailure(context, host, state, health.timeout_seconds);
  if (notRunning) return notRunning;
  const { unit, log } = state;
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
      next: stepAfter(
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

function nameRelease(field = 'version'): string {
  return `put the environment variable ARGO_RELEASE into the field "${field}" of the health answer, commit and push, then \`/argo deploy\`.`;
}

const DEGRADED =
  '`/argo retry` if it can recover by itself. Otherwise press Show log, fix the cause, commit and push, then `/argo deploy`.';
