import { isFailure } from './errors.ts';
import { atPath, parseJson } from './json-path.ts';
import type { Host, HttpAnswer } from './ports.ts';
import type { ServiceSettings } from './settings.ts';

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

/** One question to the health address. A link that breaks is the caller's matter, not the service's. */
export async function probe(
  host: Host,
  url: URL,
  settings: HealthSettings,
  signal: AbortSignal,
): Promise<Health> {
  const began = performance.now();
  try {
    const answer = await host.get(url, { timeoutMs: settings.request_timeout_ms, signal });
    return judge(answer, settings);
  } catch (error) {
    if (!isFailure(error) || !serviceFailures.has(error.code)) throw error;
    const ms = performance.now() - began;
    return { state: 'unavailable', ms, detail: error.message, release: undefined };
  }
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
