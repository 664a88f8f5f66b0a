// Decides right before the switch whether the new release and nginx are healthy; measures the live slot's speed.
import { StageFailed } from '../record/errors.ts';
import { exitSuffix, LEFT_BEHIND } from '../failure/exit-status.ts';
import { fixStep } from '../failure/log-cause.ts';
import { awaitHealthy } from './health-check.ts';
import { runScript, scriptCall } from '../step/on-every-host.ts';
import type { Host } from '../ports/ports.ts';
import {
  serviceState,
  causeSuffix,
  readSlotState,
  slotStateParameters,
} from '../failure/slot-journal.ts';
import { placementOf, type StageContext } from '../step/stage.ts';
import type { Slot } from '../record/events.ts';
import { slotUrl } from '../settings/layout.ts';
import { answersInRow } from './answers-in-row.ts';
import { probe, type Health } from './probe.ts';

/** Seconds that the running release gets to answer once more, in addition to the time limit of one request. */
const ANSWER_SECONDS = 10;

/** Returns systemd's restart count of the service. Fails if the service crashed since its health check. */
export async function recheckHealth(context: StageContext, host: Host): Promise<number> {
  const { target, facts } = context;
  const placement = placementOf(context);
  const { health } = target.settings;
  const longest = ANSWER_SECONDS + health.request_timeout_ms / 1_000;
  const seconds = Math.min(health.timeout_seconds, longest);
  const brief = { ...health, passes: 1, timeout_seconds: seconds };
  const quick = { ...target, settings: { ...target.settings, health: brief } };
  const [, seen] = await Promise.all([
    awaitHealthy({ ...context, target: quick }, host, placement),
    readSlotState(context, host, placement.slot, 0),
  ]);
  const restarts = Number(seen.value('restarts'));
  const died = restarts - (facts.restarts?.[host.name] ?? restarts);
  const failed = seen.value('active') === 'failed';
  if (died <= 0 && !failed) return restarts;
  const { unit, answer, logToLastCrash: log } = await serviceState(context, host, placement);
  const how = failed ? 'failed' : `crashed ${died === 1 ? 'once' : `${died} times`}`;
  const left = failed ? `. ${LEFT_BEHIND}` : '';
  throw new StageFailed(
    `${unit} ${how} on ${host.name} after its health was checked${exitSuffix(answer)}${left}${causeSuffix(log)}`,
    {
      code: 'died-since',
      host: host.name,
      next: fixStep(log, facts.commits),
      log: log.join('\n'),
    },
  );
}

/** Starts the scripts of `recheckHealth` and `checkProxyConfig` before the host is claimed: they change nothing. */
export function startRecheck(context: StageContext, host: Host): void {
  const { timeoutMs, signal, title: what } = context;
  const state = slotStateParameters(context, placementOf(context).slot, 0);
  const calls = [scriptCall(context, 'slot-state', state), scriptCall(context, 'test-proxy')];
  host.runEarly(calls, { timeoutMs, signal, what });
}

/** Fails if nginx's configuration is broken, because nginx could then not reload for the switch. */
export async function checkProxyConfig(context: StageContext, host: Host): Promise<void> {
  try {
    await runScript(context, host, 'test-proxy');
  } catch (error) {
    if (!(error instanceof StageFailed)) throw error;
    throw new StageFailed(error.message, {
      code: 'proxy-broken',
      host: host.name,
      next: `on ${host.name}, \`sudo nginx -t\` shows the line to correct. Do not restart nginx before it succeeds. Then \`/argo retry\`.`,
      cause: error,
    });
  }
}

/** Number of requests to all hosts together, and the fewest to one host: enough for a median and a 95th percentile. */
const REQUESTS = 8;
const REQUESTS_OF_ONE_HOST = 2;
/** A slow service gets fewer requests, so that all together take about this long: the switch waits for them. */
const ENOUGH_MS = 3_000;
const FASTEST_MS = 5;

const answered = ({ state }: Health): boolean => state !== 'unavailable';

/** Returns response times of the live slot in milliseconds, for comparison in the watch; empty if nothing is live. */
export async function measureBaseline(
  { target, signal }: Pick<StageContext, 'target' | 'signal'>,
  host: Host,
  live: Slot | undefined,
): Promise<number[]> {
  if (live === undefined) return [];
  const share = Math.ceil(REQUESTS / target.place.hosts.length);
  const requests = Math.max(REQUESTS_OF_ONE_HOST, share);
  const url = slotUrl(target, live, target.settings.health.path);
  const ask = (): Promise<Health> => probe(host, url, target, signal);
  // Several requests at once would slow down a slow service, so its first answer decides how many follow.
  const pace = ({ ms, connectMs = 0 }: Health) => ({
    passes: Math.min(requests, 1 + Math.floor(ENOUGH_MS / Math.max(ms, 1))),
    // Send each request when the one before should be answered. The service is idle for one round trip (`connectMs`).
    intervalMs: Math.max(FASTEST_MS, ms - connectMs),
  });
  const { answers } = await answersInRow({ ask, isGood: answered, pace, signal });
  return answers.filter(answered).map(({ ms }) => ms);
}
