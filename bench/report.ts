// Writes the report of a run: tables first, then each bound and whether it is met.
import type { LoadReport } from '../sandbox/traffic-tally.ts';
import type { Acks, Answers } from './acks.ts';
import { ARGO_BOT, TIGHT } from './contender.ts';
import type { DelayTimes } from './delay.ts';
import { median, met, quantile, seconds } from './figures.ts';
import type { PythonTimes } from './python.ts';
import { delayLines, ratioLines } from './ratios.ts';
import { type Measured, timeOf } from './rounds.ts';
import { stagesTable, timesTable } from './tables.ts';

/** Of a deployment of thousands of files, beyond the service's own start and the approver: with all checks, and as once without. */
const bounds = { first: [6_000], change: [3_000, 2_500] } as const;
const pythonBoundMs = 2_000;
const ackBoundMs = 150;
const ackBoundRatio = 1.3;
const gapBoundMs = 15;

export interface Results {
  measured: Measured;
  delay: DelayTimes | undefined;
  acks: Acks | undefined;
  python: PythonTimes;
}

const stagesOf = [
  ['first', 'first deployment, quiet'],
  ['change', 'one file, quiet'],
  ['back', 'rollback, 200/s'],
] as const;

export function reportLines({ measured, delay, acks, python }: Results): string[] {
  return [
    `\n${timesTable(measured)}`,
    ...stagesOf.map(([act, what]) => `\n${what}\n${stagesTable(measured.samples, act)}`),
    ...(delay
      ? [`\none file, ${delay.delayMs} ms each way\n${stagesTable(delay.delayed, 'change')}`]
      : []),
    '',
    ...(acks ? [...acksLines(acks), ''] : []),
    overheadLine(measured, 'first', 'first deployment of all files'),
    overheadLine(measured, 'change', 'one file to live traffic'),
    ...ratioLines(measured),
    ...(delay ? delayLines(delay) : []),
    ...trafficLines(measured),
    ...(acks ? ackBoundLines(acks) : []),
    pythonLine(python),
  ];
}

const p99 = ({ latencies }: Answers): number => quantile(latencies, 0.99);

function acksLines({ argo, bare, deployments }: Acks): string[] {
  const line = (who: string, { latencies, unanswered }: Answers): string => {
    const at = (share: number): string => quantile(latencies, share).toFixed(1);
    return `${who}: ${latencies.length} slash commands during ${deployments} deployments, acknowledged in ms: p50 ${at(0.5)}, p95 ${at(0.95)}, p99 ${at(0.99)}, max ${at(1)}; ${unanswered} not at all`;
  };
  return [line(ARGO_BOT, argo), line('bare Bolt app', bare)];
}

function ackBoundLines({ argo, bare }: Acks): string[] {
  const [ours, theirs] = [p99(argo), p99(bare)];
  const ratio = ours / theirs;
  const all = argo.unanswered === 0;
  return [
    `slash command acknowledged, 99th percentile while deploying: ${ours.toFixed(1)} ms, bound ${ackBoundMs} ms: ${met(ours <= ackBoundMs && all)}`,
    `the same: argo-bot ${ours.toFixed(1)} ms ÷ bare Bolt app ${theirs.toFixed(1)} ms = ${ratio.toFixed(2)} ×, bound ${ackBoundRatio} ×: ${met(ratio <= ackBoundRatio && all)}`,
  ];
}

function trafficLines({ samples }: Measured): string[] {
  const reportsOf = (name: string): LoadReport[] =>
    samples.flatMap(({ contender, traffic }) => (contender === name && traffic ? [traffic] : []));
  const gapOf = (name: string): number =>
    Math.max(...reportsOf(name).map(({ longestGapMs }) => longestGapMs));
  const reports = reportsOf(ARGO_BOT);
  const failed = reports.reduce((sum, report) => sum + report.failed, 0);
  const reasons = reports.flatMap(({ failures }) => failures.map(({ reason }) => reason));
  const [gap, tightGap] = [gapOf(ARGO_BOT), gapOf(TIGHT)];
  const beside = tightGap > 0 ? ` (tight script ${tightGap.toFixed(1)} ms)` : '';
  return [
    `requests lost in argo-bot's deployments and rollbacks: ${failed}${failed > 0 ? ` (${reasons.join(', ')})` : ''}, bound 0: ${met(failed === 0)}`,
    `longest gap between two answers meanwhile, 200 requests a second: ${gap.toFixed(1)} ms${beside}, bound ${gapBoundMs} ms: ${met(gap <= gapBoundMs)}`,
  ];
}

function overheadLine(
  { samples, ownStarts }: Measured,
  act: 'first' | 'change',
  what: string,
): string {
  const start = median(ownStarts);
  const overhead = timeOf(samples, ARGO_BOT, act) - start;
  const kept = bounds[act].map((bound) => `bound ${seconds(bound)} s: ${met(overhead < bound)}`);
  return `${what}, beyond the service's own start (${seconds(start)} s) and the approver: ${seconds(overhead)} s, ${kept.join(', ')}`;
}

function pythonLine({ files, bytes, coldMs, warmMs }: PythonTimes): string {
  const megabytes = (bytes / 1_000_000).toFixed(1);
  return `Python checks of ${files} files never seen (${megabytes} MB of Python's own library): ${seconds(warmMs)} s warm, ${seconds(coldMs)} s cold, bound ${seconds(pythonBoundMs)} s warm: ${met(files === 300 && warmMs < pythonBoundMs)}`;
}
