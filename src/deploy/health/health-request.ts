import { secretHeaders } from '../settings/request-headers.ts';
import type { SmokeTest } from '../settings/health.ts';
import type { Settings, Target } from '../settings/settings.ts';

export interface Question {
  timeoutMs: number;
  headers: Record<string, string>;
}

/** How a service is asked for its health, in a slot, at the public address and by the guard alike. */
export function healthQuestion({ settings, place }: Pick<Target, 'settings' | 'place'>): Question {
  const { request_timeout_ms: timeoutMs, headers, host } = settings.health;
  const named = place.health_host ?? host;
  return { timeoutMs, headers: { ...headers, ...(named === undefined ? {} : { host: named }) } };
}

/** A smoke test is asked like the health address, with headers of its own besides or instead. */
export function smokeQuestion(target: Target, test: SmokeTest): Question {
  const { timeoutMs, headers } = healthQuestion(target);
  const own = new Set(Object.keys(test.request_headers).map((name) => name.toLowerCase()));
  const kept = Object.entries(headers).filter(([name]) => !own.has(name.toLowerCase()));
  return {
    // An answer that may take longer must be waited for.
    timeoutMs: Math.max(timeoutMs, test.max_latency_ms ?? 0),
    headers: { ...Object.fromEntries(kept), ...test.request_headers },
  };
}

/** Tokens in the headers of all services. */
export function secretsInRequests({ services }: Settings): string[] {
  return Object.values(services).flatMap(({ health, smoke }) =>
    [health.headers, ...smoke.map(({ request_headers }) => request_headers)].flatMap(secretHeaders),
  );
}
