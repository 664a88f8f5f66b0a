import { isFailure, StageFailed } from '../record/errors.ts';
import type { Slot } from '../record/events.ts';
import type { Downtime } from '../record/facts.ts';
import { awaitHealthy } from '../health/health-check.ts';
import { guarding, refuseReturned } from './guard.ts';
import { unitName } from '../settings/layout.ts';
import { runScript } from '../step/on-every-host.ts';
import type { Host } from '../ports/ports.ts';
import { cleanStart } from '../secrets/cut.ts';
import { learnSecrets, runTelling } from '../release/release-secrets.ts';
import type { StageContext } from '../step/stage.ts';
import { editsLost } from './unit-report.ts';

export interface Goal {
  slot: Slot;
  release: string;
  /** What a failure goes back to; the first restart keeps of it what was laid out by hand. */
  back?: string | undefined;
  /** What is left for good, and why: whoever comes after a crash does not try it again. */
  bad?: { release: string; why: string } | undefined;
}

export interface Restarted {
  /** undefined: it ran already, or nothing ran before. */
  downtime: Downtime | undefined;
  /** How often systemd has restarted it since, from which the watch counts. */
  restarts: number;
  warnings: string[];
  /** Edits by hand of the unit that was replaced; before a deployment they are on the card already. */
  edits: string[];
}

/** When users were last and first answered, on the clock of this process. */
export interface Times {
  downSince?: number;
}

/** Beyond the stop itself: daemon-reload, start, and what a busy host adds. */
const SCRIPT_MS = 120_000;
/** The longest that systemd may take to stop what has a limit of its own (settings allow 600 s). */
const STOP_MS = 620_000;

/**
 * One restart, to its first good answers. The downtime is counted on the host from the beginning of the stop
 * to the end of the script, and from there to the first of the good answers by this process: no two clocks
 * are compared, and the time to ask is in it.
 */
export async function restartInto(
  context: StageContext,
  host: Host,
  { slot, release, back, bad }: Goal,
  times: Times = {},
): Promise<Restarted> {
  const { target, ports } = context;
  const why =
    cleanStart((text) => ports.redactor.clean(text), bad?.why ?? '', 4_000).split('\n')[0] ?? '';
  const brief = { ...context, timeoutMs: STOP_MS + SCRIPT_MS };
  const answer = await runTelling(brief, host, 'restart', {
    release,
    to: slot,
    back: back ?? '',
    bad: bad?.release ?? '',
    why: why.slice(0, 300),
    stop_seconds: target.settings.unit.stop_timeout_seconds,
    ...(back === undefined ? {} : guarding(context, host)),
  });
  refuseReturned(context, host, answer);
  const arrived = Date.now();
  const downMs = answer.maybe('down_ms');
  if (downMs !== undefined) times.downSince = arrived - Number(downMs);
  const health = await awaitHealthy(context, host, slot, release);
  const unit = unitName(target, slot);
  const state = await runScript(context, host, 'slot-state', { slot, unit, lines: 0 });
  const killed = answer.maybe('killed');
  return {
    downtime:
      times.downSince === undefined
        ? undefined
        : { ms: health.since - times.downSince, atMost: answer.maybe('already') === 'yes' },
    restarts: Number(state.value('restarts')),
    warnings: [
      ...(killed ? [`${host.name}: ${unit} did not stop within ${killed} s and was killed`] : []),
      ...(health.state === 'degraded' ? [`${host.name}: it says it is ${health.detail}`] : []),
    ],
    edits: editsLost(target, unit, host.name, answer),
  };
}

/** `2.1 s`, or `at most 2.1 s` where nobody saw the first good answer come. */
export function toldDowntime({ ms, atMost }: Downtime): string {
  return `${atMost ? 'at most ' : ''}${(Math.max(0, ms) / 1_000).toFixed(1)} s`;
}

interface Return {
  host: string;
  text: string;
  log: string | undefined;
  back: boolean;
}

/**
 * The way back within the same stage: the host that failed first, then those that were restarted before it,
 * so that all are on one release again. Says what became of users; whoever rolls back next finds it done.
 */
export async function goBack(
  context: StageContext,
  hosts: { host: Host; times: Times }[],
  to: { slot: Slot; release: string },
  failure: StageFailed,
): Promise<StageFailed> {
  const { release = '' } = context.facts;
  // A restart that failed is followed by one more of the same release: there is no other.
  const bad = release === to.release ? undefined : { release, why: failure.message };
  const returns: Return[] = [];
  for (const { host, times } of hosts) {
    returns.push(await returnOne(context, host, times, { ...to, bad }));
    // Both have written to the log of one unit; only after users are back, who wait for it.
    await learnSecrets(context, host, to.release);
  }
  const lost = returns.filter(({ back }) => !back);
  const said = returns.map(({ host, text }) => `${host}: ${text}`).join('\n');
  return new StageFailed(`${failure.message}\n${said}`, {
    code: failure.code,
    host: failure.host,
    next:
      lost.length > 0
        ? `Look at ${lost.map(({ host }) => host).join(', ')} now; the rollback tries once more by itself.`
        : 'Users are on the previous release again. See the log below, fix it, commit, and deploy again.',
    log: [failure.log, ...lost.map(({ log }) => log)].filter((log) => log !== undefined).join('\n'),
    cause: failure,
  });
}

async function returnOne(
  context: StageContext,
  host: Host,
  times: Times,
  goal: Goal,
): Promise<Return> {
  const gaveUp = Date.now();
  const { downSince } = times;
  try {
    const { downtime } = await restartInto(context, host, goal);
    const untouched = downtime === undefined && downSince === undefined;
    const text = untouched
      ? `${goal.release} was not touched and kept running`
      : `${goal.release} is back${howLong(downSince, gaveUp, downtime)}`;
    return { host: host.name, text, log: undefined, back: true };
  } catch (error) {
    if (context.signal.aborted || !isFailure(error) || !(error instanceof StageFailed)) throw error;
    const text = `going back to ${goal.release} failed too: ${error.message}`;
    return { host: host.name, text, log: error.log, back: false };
  }
}

/** Both times: the new release's, until it was given up, and the way back's. */
function howLong(
  downSince: number | undefined,
  gaveUp: number,
  back: Downtime | undefined,
): string {
  const parts = [
    ...(downSince === undefined
      ? []
      : [
          `${toldDowntime({ ms: gaveUp - downSince, atMost: false })} until the new one was given up`,
        ]),
    ...(back ? [`${toldDowntime(back)} for the way back`] : []),
  ];
  return parts.length === 0 ? '' : `; users had no good answer for ${parts.join(' and ')}`;
}
