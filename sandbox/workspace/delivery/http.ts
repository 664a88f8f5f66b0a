import type { Clock } from '../clock.ts';
import { ACK_MS } from './delivery.ts';
import type { Delivery, Envelope, Reply } from './delivery.ts';
import { signature } from './signature.ts';

interface Target {
  url: string;
  signingSecret: string;
  clock: Clock;
}

function bodyOf({ type, payload }: Envelope): { type: string; body: string } {
  if (type === 'events_api') return { type: 'application/json', body: JSON.stringify(payload) };
  const fields =
    type === 'interactive'
      ? { payload: JSON.stringify(payload) }
      : Object.fromEntries(Object.entries(payload).map(([key, value]) => [key, String(value)]));
  const body = new URLSearchParams(fields).toString();
  return { type: 'application/x-www-form-urlencoded', body };
}

async function payloadOf(response: Response): Promise<unknown> {
  const text = await response.text();
  if (text === '') return undefined;
  if (!(response.headers.get('content-type') ?? '').includes('json')) return { text };
  const parsed: unknown = JSON.parse(text);
  return parsed;
}

/** Plain HTTP delivery: signed posts to one request url, three seconds each. */
export class HttpDelivery implements Delivery {
  private readonly target: Target;
  private readonly open = new Set<AbortController>();

  constructor(target: Target) {
    this.target = target;
  }

  async send(envelope: Envelope): Promise<Reply> {
    const { url, signingSecret, clock } = this.target;
    const { type, body } = bodyOf(envelope);
    const timestamp = String(Math.floor(clock.now() / 1000));
    const abort = new AbortController();
    this.open.add(abort);
    const cancel = clock.after(ACK_MS, () => abort.abort());
    try {
      const response = await fetch(url, {
        method: 'POST',
        body,
        redirect: 'error',
        signal: abort.signal,
        headers: {
          'content-type': type,
          'x-slack-request-timestamp': timestamp,
          'x-slack-signature': signature(signingSecret, timestamp, body),
          ...(envelope.retry && {
            'x-slack-retry-num': String(envelope.retry.attempt),
            'x-slack-retry-reason': envelope.retry.reason,
          }),
        },
      });
      const payload = await payloadOf(response);
      return response.ok ? { ok: true, payload } : { ok: false, error: 'http_service_error' };
    } catch {
      const error = abort.signal.aborted ? 'operation_timeout' : 'dispatch_failed';
      return { ok: false, error };
    } finally {
      cancel();
      this.open.delete(abort);
    }
  }

  connections(): number {
    return 0;
  }

  drop(): void {
    for (const abort of this.open) abort.abort();
  }

  disconnect(): void {
    this.drop();
  }

  async close(): Promise<void> {
    this.drop();
  }
}
