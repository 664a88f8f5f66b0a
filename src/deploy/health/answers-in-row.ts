// Asks a service several times, and decides whether all its answers in a row are good.
import { setTimeout as wait } from 'node:timers/promises';
import type { Host } from '../ports/ports.ts';
import type { HostContext } from '../step/stage.ts';
import { type Health, probe } from './probe.ts';

interface Row {
  ask: (signal: AbortSignal) => Promise<Health>;
  isGood: (answer: Health) => boolean;
  /** Called after the first answer, if that is good. */
  onGood?: (() => void) | undefined;
  /** Says after a good first answer how many requests to send, that one included, and how far apart. */
  pace: (first: Health) => { passes: number; intervalMs: number };
  signal: AbortSignal;
}

/** Sends `health.passes` requests to an address, `health.interval_ms` apart. */
export function healthInRow(
  { target, signal }: Pick<HostContext, 'target' | 'signal'>,
  host: Host,
  { url, isGood, onGood }: { url: URL } & Pick<Row, 'isGood' | 'onGood'>,
) {
  const { passes, interval_ms: intervalMs } = target.settings.health;
  const ask: Row['ask'] = (stop) => probe(host, url, target, stop);
  return answersInRow({ ask, isGood, onGood, pace: () => ({ passes, intervalMs }), signal });
}

/**
 * Sends requests, and returns their answers up to the first bad one. After a good first answer it sends the others at
 * intervals without waiting for answers: on a slow connection, waiting would add a round trip for each.
 */
export async function answersInRow(row: Row) {
  const first = await row.ask(row.signal);
  const answers = [first];
  if (!row.isGood(first)) return { answers, last: first, allGood: false };
  row.onGood?.();
  const { passes, intervalMs } = row.pace(first);
  const over = new AbortController();
  const signal = AbortSignal.any([row.signal, over.signal]);
  const others = Array.from({ length: passes - 1 }, async (_, index) => {
    await wait((index + 1) * intervalMs, undefined, { signal });
    return row.ask(signal);
  });
  for (const other of others) other.catch(() => undefined);
  try {
    for (const other of others) {
      const last = await other;
      answers.push(last);
      if (!row.isGood(last)) return { answers, last, allGood: false };
    }
    return { answers, last: answers.at(-1) ?? first, allGood: true };
  } finally {
    over.abort();
  }
}
