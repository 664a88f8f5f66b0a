import { isFailure } from './errors.ts';
import { atPath, parseJson } from './json-path.ts';
import type { Host, HttpAnswer } from './ports.ts';
import type { ServiceSettings } from './settings.ts';
import type { StageContext } from './stage.ts';

export interface Health {
  state: 'healthy' | 'degraded' | 'unavailable';
  /** Milliseconds to the answer. */
  ms: number;
  /** What the service said, or why it could not be asked. */
  detail: string;
  /** The release that answered, where the health answer tells. */
  release: string | undefined;
}

/** What a Host's `get` fails with when the link is fine and the service is not. */
const serviceFailures = new Set(['connection-refused', 'no-answer', 'bad-answer']);

type HealthSettings = ServiceSettings['health'];

/** What a service answers, or why it does not. A link that breaks is the caller's matter, not the service's. */
export async function ask(
  host: Host,
  url: URL,
  options: Parameters<Host['get']>[1],
): Promise<HttpAnswer | string> {
  try {
    return await host.get(url, options);
  } catch (error) {
    if (!isFailure(error) || !serviceFailures.has(error.code)) throw error;
    return error.message;
  }
}

/** One question to the health address. */
export async function probe(
  host: Host,
  url: URL,
  settings: HealthSettings,
  signal: AbortSignal,
): Promise<Health> {
  const began = performance.now();
  const answer = await ask(host, url, { timeoutMs: settings.request_timeout_ms, signal });
  if (typeof answer !== 'string') return judge(answer, settings);
  const ms = performance.now() - began;
  return { state: 'unavailable', ms, detail: answer, release: undefined };
}

function judge({ status, body, ms }: HttpAnswer, settings: HealthSettings): Health {
  const json = parseJson(body);
  const version = settings.version === undefined ? undefined : atPath(json, settings.version);
  const release = typeof version === 'string' ? version : undefined;
  const said = settings.status === undefined ? undefined : atPath(json, settings.status);
  const detail = typeof said === 'string' ? `status ${said.slice(0, 60)}` : `HTTP ${status}`;
  const health = (state: Health['state'], why = detail): Health => ({
    state,
    ms,
    detail: why,
    release,
  });
  if (
    settings.status !== undefined &&
    typeof said === 'string' &&
    settings.degraded.includes(said)
  ) {
    return health('degraded');
  }
  if (status < 200 || status > 299) return health('unavailable', `HTTP ${status}`);
  if (settings.status === undefined) return health('healthy');
  if (typeof said !== 'string')
    return health('unavailable', `no "${settings.status}" in the answer`);
  return health(settings.healthy.includes(said) ? 'healthy' : 'unavailable');
}

/** Whether a release in this state may serve users; one to go back to may, since it did. */
export function mayServe(
  { deployment, facts, target }: StageContext,
  { state }: Health,
  release: string,
): boolean {
  if (state !== 'degraded') return state === 'healthy';
  const back = deployment.due === 'rollback' || release === facts.rollbackTo?.release;
  return back || target.settings.health.allow_degraded;
}
