// Restarts a service with one unit into a release, measures the downtime, and rolls hosts back after a failure.
import { readRestarts } from '../failure/slot-journal.ts';
import { StageFailed } from '../record/errors.ts';
import type { Downtime, Placement } from '../record/facts.ts';
import { awaitHealthy } from '../health/health-check.ts';
import { guardParameters, failIfReturned } from './guard.ts';
import { unitName } from '../settings/layout.ts';
import type { Answer, Host } from '../ports/ports.ts';
import { cleanStart } from '../secrets/clean-ends.ts';
import { learnSecrets, runRedacted } from '../release/release-secrets.ts';
import type { StageContext } from '../step/stage.ts';
import { editsLost } from './unit-report.ts';

export interface RestartGoal extends Placement {
  /** The release to roll back to after a failure. The first restart keeps an installation by hand under this name. */
  back?: string | undefined;
  /** The release that is marked bad, and why, so that no later worker tries it again. */
  bad?: { release: string; why: string } | undefined;
}

export interface Restarted {
  /** How long users had no good answer; undefined if the release ran already, or nothing ran before. */
  downtime: Downtime | undefined;
  /** When the first good answer was asked for, in Unix milliseconds by the clock of this process. */
  answeredAt: number;
  /** systemd's restart count after the restart; the watch reports later ones. */
  restarts: number;
  warnings: string[];
  /** Edits by hand of the replaced unit. Only rollbacks report them: a deployment's approval card shows them before. */
  edits: string[];
}

/** `downSince`: when users lost the service, in Unix milliseconds by the clock of this process. */
export interface Times {
  downSince?: number;
  /** True if users may have lost the service later than at `downSince`. */
  atMost?: boolean;
}

/** Time limit for daemon-reload and start on a busy host. */
const SCRIPT_MS = 120_000;
/** Time limit for the stop: the longest that argo.yml allows (600 s), and 20 s. */
const STOP_MS = 620_000;

/**
 * Restarts the service on a host, and waits until it is healthy. The host measures the downtime until its script ends.
 * This process measures the rest, so that no two clocks are compared.
 */
export async function restartHost(
  context: StageContext,
  host: Host,
  goal: RestartGoal,
  times: Times = {},
): Promise<Restarted> {
  const { slot, release } = goal;
  const { target } = context;
  const sentAt = Date.now();
  const answer = await runRestart(context, host, goal).catch((error: unknown) => {
    // The host stopped the previous release and cannot start the new one, so users have no service.
    if (error instanceof StageFailed && error.code === 'not-started')
      Object.assign(times, { downSince: sentAt, atMost: true });
    throw error;
  });
  failIfReturned(context, host, answer);
  const arrived = Date.now();
  const downMs = answer.maybe('down_ms');
  if (downMs !== undefined) times.downSince = arrived - Number(downMs);
  const health = await awaitHealthy(context, host, { slot, release });
  const unit = unitName(target, slot);
  const restarts = await readRestarts(context, host, slot);
  const killed = answer.maybe('killed');
  return {
    downtime:
      times.downSince === undefined
        ? undefined
        : { ms: health.since - times.downSince, atMost: answer.maybe('already') === 'yes' },
    answeredAt: health.since,
    restarts,
    warnings: [
      ...(killed ? [`${host.name}: ${unit} did not stop within ${killed} s and was killed`] : []),
      ...(health.state === 'degraded'
        ? [`${host.name}: the service is degraded, because ${health.detail}`]
        : []),
    ],
    edits: editsLost(target, unit, host.name, answer),
  };
}

function runRestart(
  context: StageContext,
  host: Host,
  { slot, release, back, bad }: RestartGoal,
): Promise<Answer> {
  const { target, ports } = context;
  const why =
    cleanStart((text) => ports.redactor.clean(text), bad?.why ?? '', 4_000).split('\n')[0] ?? '';
  const brief = { ...context, timeoutMs: STOP_MS + SCRIPT_MS };
  return runRedacted(brief, host, 'restart', {
    release,
    to: slot,
    back: back ?? '',
    bad: bad?.release ?? '',
    why: why.slice(0, 300),
    stop_seconds: target.settings.unit.stop_timeout_seconds,
    ...(back === undefined ? {} : guardParameters(context, host)),
  });
}

/** Describes a downtime: `2.1 s`, or `at most 2.1 s` if the first good answer was not observed. */
export function describeDowntime({ ms, atMost }: Downtime): string {
  return `${atMost ? 'at most ' : ''}${(Math.max(0, ms) / 1_000).toFixed(1)} s`;
}

/** Adds the unlock to a failed check's next step, because the rollback locks the environment. */
export function nextAfterLock(next: string): string {
  return next
    .replace(', commit and push, then `/argo', ', commit and push; then `/argo')
    .replace(
      /([Tt]hen) (?:try again|(`\/argo (?:deploy|retry)`))/,
      (_, then: string, command = '`/argo deploy`') => `${then} \`/argo unlock\` and ${command}`,
    );
}

interface HostReturn {
  host: string;
  text: string;
  log: string | undefined;
  back: boolean;
}

/** Rolls back the failed host, then those restarted before it. Returns `failure` with the results in its message. */
export async function returnHosts(
  context: StageContext,
  hosts: { host: Host; times: Times }[],
  to: Placement,
  failure: StageFailed,
): Promise<StageFailed> {
  const { release = '' } = context.facts;
  // If the live release itself was restarted, it is not marked bad, because there is no other.
  const bad = release === to.release ? undefined : { release, why: failure.message };
  const returns: HostReturn[] = [];
  for (const { host, times } of hosts) {
    returns.push(await returnHost(context, host, times, { ...to, bad }));
    // The log has lines of both releases, so redact the secrets of both. First restart, because users wait for that.
    await learnSecrets(context, host, to.release);
  }
  const lost = returns.filter(({ back }) => !back);
  const said = returns.map(({ host, text }) => `${host}: ${text}`).join('\n');
  return new StageFailed(`${failure.message}\n${said}`, {
    code: failure.code,
    host: failure.host,
    next:
      lost.length > 0
        ? `check ${lost.map(({ host }) => host).join(', ')} now (\`/argo health\`); argo-bot retries the rollback once.`
        : nextAfterLock(failure.next),
    log: [failure.log, ...lost.map(({ log }) => log)].filter((log) => log !== undefined).join('\n'),
    cause: failure,
  });
}

async function returnHost(
  context: StageContext,
  host: Host,
  times: Times,
  goal: RestartGoal,
): Promise<HostReturn> {
  const gaveUp = Date.now();
  const { downSince } = times;
  try {
    const { downtime, answeredAt } = await restartHost(context, host, goal);
    const untouched = downtime === undefined && downSince === undefined;
    // The host measures a downtime only if a service ran when it began.
    const back = downtime ?? { ms: answeredAt - gaveUp, atMost: false };
    const text = untouched
      ? `${goal.release} was not touched and kept running`
      : `the previous release is live again${describeOutage(times, gaveUp, back)}`;
    return { host: host.name, text, log: undefined, back: true };
  } catch (error) {
    if (context.signal.aborted || !(error instanceof StageFailed)) throw error;
    const text = `the rollback to ${goal.release} failed, too: ${error.message}`;
    return { host: host.name, text, log: error.log, back: false };
  }
}

/** Says how long users had no good answer: until the new release was given up, and during the rollback. */
function describeOutage({ downSince, atMost = false }: Times, gaveUp: number, back: Downtime) {
  const said = '. Users had no good answer for';
  if (downSince === undefined) return `${said} ${describeDowntime(back)} during the rollback`;
  const first = { ms: gaveUp - downSince, atMost };
  const total = { ms: first.ms + back.ms, atMost: first.atMost || back.atMost };
  return `${said} ${describeDowntime(total)} (${describeDowntime(first)} with the new release, ${describeDowntime(back)} during the rollback)`;
}
