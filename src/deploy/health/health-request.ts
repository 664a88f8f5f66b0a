// Decides how a service is asked for its health: headers, host name and time limit.
import { secretHeaders, type SmokeTest } from '../settings/health.ts';
import type { Settings, Target } from '../settings/settings.ts';

export interface HealthRequest {
  timeoutMs: number;
  headers: Record<string, string>;
}

/** The bot and the guard send the same request, to a slot and to the public address. */
export function healthRequest({
  settings,
  place,
}: Pick<Target, 'settings' | 'place'>): HealthRequest {
  const { request_timeout_ms: timeoutMs, headers, host } = settings.health;
  const named = place.health_host ?? host;
  return { timeoutMs, headers: { ...headers, ...(named === undefined ? {} : { host: named }) } };
}

/** Like the health request. The test's own headers are added, and replace those of the same name. */
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

export function requestSecrets({ services }: Settings): string[] {
  return Object.values(services).flatMap(({ health, smoke }) =>
    [health.headers, ...smoke.map(({ request_headers }) => request_headers)].flatMap(secretHeaders),
  );
}
