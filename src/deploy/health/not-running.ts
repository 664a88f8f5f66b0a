// Decides which failure it is if a service does not run: it crashed, ended, waits for its restart, or was stopped.
import { StageFailed } from '../record/errors.ts';
import type { FailureCode } from '../record/codes.ts';
import { describeEnd, exitSuffix } from '../failure/exit-status.ts';
import { fixStep } from '../failure/log-cause.ts';
import { causeSuffix, type ServiceState } from '../failure/slot-journal.ts';
import { hasOneUnit } from '../settings/layout.ts';
import type { Answer, Host } from '../ports/ports.ts';
import type { StageContext } from '../step/stage.ts';

/** How often the service crashed since it was started, and how many seconds it gets to become healthy. */
interface Patience {
  died: number;
  seconds: number;
}

/** Returns the failure of a service that will not become healthy in time, however long the bot waits; else undefined. */
export function hopelessFailure(
  context: StageContext,
  host: Host,
  state: ServiceState,
  { died, seconds }: Patience,
): StageFailed | undefined {
  const { unit, answer, logToLastCrash: log } = state;
  const active = answer.value('active');
  if (died >= 2 || active === 'failed') {
    const times = died === 2 ? 'twice' : `${died} times`;
    const verb = endedWell(answer) ? 'ended' : 'crashed';
    const what = `${unit} ${active === 'failed' ? 'failed' : `${verb} ${times}`} on ${host.name}`;
    return failure(context, host, log, {
      what: `${what}${exitSuffix(answer)}`,
      ...(endedWell(answer) ? endedByItself(context, log) : {}),
      ...(outOfMemory(answer) ? { next: MORE_MEMORY } : {}),
    });
  }
  // A person who stopped the service may start it again.
  const job = answer.maybe('last_job');
  const over = active === 'inactive' && (job === 'skip' || (job === 'start' && hasEnded(answer)));
  const tooLate = Number(answer.maybe('restart_after') ?? 0) >= seconds;
  return over || tooLate ? notRunningFailure(context, host, state, seconds) : undefined;
}

/** Returns the failure of a service that does not run now; undefined if it runs. */
export function notRunningFailure(
  context: StageContext,
  host: Host,
  { unit, answer, log }: ServiceState,
  seconds: number,
): StageFailed | undefined {
  const restart = answer.maybe('restart_after');
  if (restart === undefined && answer.value('active') !== 'inactive') return undefined;
  if (answer.maybe('last_job') === 'skip')
    return failure(context, host, log, {
      code: 'unhealthy',
      what: `${unit} was not started on ${host.name}, because a condition of its unit is not met`,
      next: `on ${host.name}, \`systemctl status ${unit}\` names the condition. Meet it there, or remove it from the unit. Then \`/argo retry\`.`,
    });
  if (restart === undefined && (answer.maybe('last_job') !== 'start' || !hasEnded(answer)))
    return failure(context, host, log, {
      code: 'unhealthy',
      what: `${unit} is stopped on ${host.name}`,
      next: `on ${host.name}, \`sudo journalctl -n 20 _COMM=sudo + _COMM=systemctl\` shows who stopped it. Then \`/argo retry\`. If nobody did, it ended by itself: press Show log to find the cause.`,
    });
  const late =
    Number(restart ?? 0) < seconds
      ? `It was not healthy within ${seconds} s`
      : `systemd starts it again only after ${restart} s (RestartSec), but it must be healthy within ${seconds} s`;
  const again = restart === undefined ? '' : `. ${late}`;
  return endedWell(answer)
    ? failure(context, host, log, {
        what: `${unit} ended by itself on ${host.name}${exitSuffix(answer)}${again}`,
        ...endedByItself(context, log),
      })
    : failure(context, host, log, {
        what: `${unit} ${describeEnd(answer)} on ${host.name}${again}`,
        ...(outOfMemory(answer) ? { next: MORE_MEMORY } : {}),
      });
}

const hasEnded = (answer: Answer): boolean => (answer.maybe('ended') ?? '') !== '';

const outOfMemory = (answer: Answer): boolean =>
  (answer.maybe('ended') ?? '').endsWith(' oom-kill');

const MORE_MEMORY =
  'raise MemoryMax of its unit (`memory_max` in argo.yml) and restart argo-bot, then `/argo retry`. Or make the service use less memory, commit and push, then `/argo deploy`.';

const endedWell = (answer: Answer): boolean =>
  /^exited 0 ExecStart\b/.test(answer.maybe('ended') ?? '');

function endedByItself(context: StageContext, log: readonly string[]) {
  const fix = fixStep(log, context.facts.commits);
  const next = `let the command in ExecStart run until the service is stopped, not in the background. If it does, ${fix}`;
  return { code: 'unhealthy', next } as const;
}

interface Reason {
  what: string;
  /** The failure code; undefined if the service crashed. */
  code?: FailureCode;
  next?: string;
}

function failure(
  context: StageContext,
  host: Host,
  log: readonly string[],
  { what, code = 'service-dies', next = fixStep(log, context.facts.commits) }: Reason,
): StageFailed {
  return new StageFailed(`${what}${causeSuffix(log)}`, {
    code,
    host: host.name,
    next: stepAfter(context, next),
    log: log.join('\n'),
  });
}

/** Returns the next step. If the rollback target itself is unhealthy, only a person can choose another release. */
export function stepAfter({ deployment, target }: StageContext, forward: string): string {
  if (deployment.due !== 'rollback') return forward;
  const users = hasOneUnit(target)
    ? 'Users of this host get errors.'
    : 'Users are still on the bad release.';
  return `roll back to another release of \`/argo history\` now: \`/argo rollback <release>\`. ${users}`;
}
