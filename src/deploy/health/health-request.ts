// Decides how a service is asked for its health: headers, host name and time limit.
import { secretHeaders, type SmokeTest } from '../settings/health.ts';
import type { Settings, Target } from '../settings/settings.ts';

export interface HealthRequest {
  timeoutMs: number;
  headers: Record<string, string>;
}

/** Returns the health request to a slot or to the public address, which the bot and the host's guard send. */
export function healthRequest({
  settings,
  place,
}: Pick<Target, 'settings' | 'place'>): HealthRequest {
  const { request_timeout_ms: timeoutMs, headers, host } = settings.health;
  const named = place.health_host ?? host;
  return { timeoutMs, headers: { ...headers, ...(named === undefined ? {} : { host: named }) } };
}

/** Returns the health request with the test's own headers, which replace headers of the same name. */
export function smokeRequest(target: Target, test: SmokeTest): HealthRequest {
  const { timeoutMs, headers } = healthRequest(target);
  const own = new Set(Object.keys(test.request_headers).map((name) => name.toLowerCase()));
  const kept = Object.entries(headers).filter(([name]) => !own.has(name.toLowerCase()));
  return {
    // The test may allow a slower answer than the health check.
    timeoutMs: Math.max(timeoutMs, test.max_latency_ms ?? 0),
    headers: { ...Object.fromEntries(kept), ...test.request_headers },
  };
}

/** Returns the tokens in headers of health requests and smoke tests, to mask them in all texts. */
export function requestSecrets({ services }: Settings): string[] {
  return Object.values(services).flatMap(({ health, smoke }) =>
    [health.headers, ...smoke.map(({ request_headers }) => request_headers)].flatMap(secretHeaders),
  );
}
