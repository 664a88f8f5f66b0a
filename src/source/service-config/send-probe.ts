// Sends a config probe over HTTPS to the provider of a key, and returns its status.
import type { SendProbe } from '../../deploy/ports/ports.ts';
import { propertyOf } from '../../deploy/untrusted/unknown-error.ts';

/** Replaces fetch's messages, which may contain the request and so the key. */
const WHY: Record<string, string> = {
  ECONNREFUSED: 'it refuses connections',
  ECONNRESET: 'it broke the connection off',
  ENOTFOUND: 'its name is not known',
  EAI_AGAIN: 'its name could not be looked up',
  ENETUNREACH: 'there is no network to it',
  EHOSTUNREACH: 'there is no way to it',
  ETIMEDOUT: 'it does not answer',
};

/** The answer is a status, or `silent` with a reason that contains no secret. */
export function createProbeSender(): SendProbe {
  return async ({ probe, url, headers }, signal) => {
    // Not AbortSignal.any: Node's garbage collection may remove the timeout of a signal in it.
    const stop = new AbortController();
    const end = (): void => stop.abort();
    const timer = setTimeout(end, probe.timeout_seconds * 1_000);
    signal.addEventListener('abort', end);
    try {
      signal.throwIfAborted();
      const response = await fetch(url, {
        headers: { 'user-agent': 'argo-bot', ...headers },
        redirect: 'manual',
        signal: stop.signal,
      });
      await response.body?.cancel();
      return { kind: 'answered', status: response.status };
    } catch (error) {
      signal.throwIfAborted();
      const late = `it gave no answer within ${probe.timeout_seconds} s`;
      return { kind: 'silent', why: stop.signal.aborted ? late : whyOf(error) };
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
    }
  };
}

function whyOf(error: unknown): string {
  const code = propertyOf(propertyOf(error, 'cause'), 'code');
  const name = typeof code === 'string' && /^[A-Z0-9_]{2,60}$/.test(code) ? code : '';
  if (WHY[name] !== undefined) return WHY[name];
  return name === '' ? 'the request failed' : `the request failed (${name})`;
}
