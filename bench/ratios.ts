// Compares argo-bot with the tight script: ratios of the same run, with their bounds.
import { ARGO_BOT, TIGHT } from './contender.ts';
import type { DelayTimes } from './delay.ts';
import { met, seconds } from './figures.ts';
import { type Act, type Measured, timeOf } from './rounds.ts';

const ratioBounds: readonly (readonly [Act, string, number])[] = [
  ['change', 'one file', 1.2],
  ['first', 'first deployment', 1.3],
  ['back', 'rollback, beside the warm flip', 0.8],
];

const delayRatioBound = 0.9;
const roundTripsBound = 6;

/** Nothing where the tight script did not run. */
export function ratioLines({ samples }: Measured): string[] {
  if (!samples.some(({ contender }) => contender === TIGHT)) return [];
  return ratioBounds.map(([act, what, bound]) =>
    ratioLine(what, timeOf(samples, ARGO_BOT, act), timeOf(samples, TIGHT, act), bound),
  );
}

function ratioLine(what: string, argoMs: number, tightMs: number, bound: number): string {
  const ratio = argoMs / tightMs;
  return `${what}: argo-bot ${seconds(argoMs)} s ÷ tight script ${seconds(tightMs)} s = ${ratio.toFixed(2)} ×, bound ${bound} ×: ${met(ratio <= bound)}`;
}

export function delayLines({ delayMs, without, delayed }: DelayTimes): string[] {
  const [argo, tight] = [ARGO_BOT, TIGHT].map((name) => {
    const ms = timeOf(delayed, name, 'change');
    const withoutMs = timeOf(without, name, 'change');
    return { ms, withoutMs, trips: (ms - withoutMs) / (2 * delayMs) };
  });
  if (!argo || !tight) return [];
  const sum = `(${seconds(argo.ms)} s − ${seconds(argo.withoutMs)} s) ÷ ${2 * delayMs} ms`;
  return [
    ratioLine(`one file, ${delayMs} ms each way`, argo.ms, tight.ms, delayRatioBound),
    `round trips that the delay adds to argo-bot: ${sum} = ${argo.trips.toFixed(1)} (tight script ${tight.trips.toFixed(1)}), bound ${roundTripsBound}: ${met(argo.trips <= roundTripsBound)}`,
  ];
}
