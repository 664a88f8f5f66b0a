import type { Acks } from './acks.ts';
import type { Step } from './contender.ts';
import { median, quantile, seconds, table } from './figures.ts';
import type { PythonTimes } from './python.ts';
import type { Act, Measured, Sample } from './rounds.ts';

/** Of a deployment of thousands of files, beyond the service's own start and the approver: with all checks, and as once without. */
const bounds = { first: [6_000], change: [3_000, 2_500] } as const;
const pythonBoundMs = 2_000;
const ackBoundMs = 150;

export function timesTable({ samples, ownStarts }: Measured): string {
  const names = [...new Set(samples.map(({ contender }) => contender))];
  const start = median(ownStarts);
  const of = (name: string, act: Act): number => timeOf(samples, name, act);
  const rows = names.map((name) => [
    name,
    seconds(of(name, 'first')),
    seconds(of(name, 'change')),
    seconds(of(name, 'change') - start),
    seconds(of(name, 'loaded')),
    seconds(of(name, 'back')),
    lost(samples, name, 'loaded'),
    lost(samples, name, 'back'),
    (of('argo-bot', 'change') / of(name, 'change')).toFixed(2),
  ]);
  return table([
    [
      'medians, seconds from the command',
      'first',
      'one file',
      'less own start',
      'one file, 200/s',
      'rollback, 200/s',
      'failed, gap: one file',
      'rollback',
      'argo-bot is × this',
    ],
    ...rows,
  ]);
}

/** What users do not wait for is told apart. */
const keyOf = ({ name, before }: Step): string => (before ? name : `then ${name}`);

export function stagesTable({ samples }: Measured, act: Act): string {
  const runs = samples.filter((s) => s.contender === 'argo-bot' && s.act === act);
  const keys = [...new Set(runs.flatMap(({ told }) => told.steps.map(keyOf)))];
  const rows = keys.map((key) => {
    const sums = runs.map(({ told }) =>
      told.steps.filter((step) => keyOf(step) === key).reduce((sum, { ms }) => sum + ms, 0),
    );
    return [key, String(Math.round(median(sums)))];
  });
  return table([['argo-bot by stage', 'ms'], ...rows]);
}

export function acksLine({ latencies, unanswered, deployments }: Acks): string {
  const at = (share: number): string => quantile(latencies, share).toFixed(0);
  return `${latencies.length} slash commands during ${deployments} deployments, acknowledged in ms: p50 ${at(0.5)}, p95 ${at(0.95)}, p99 ${at(0.99)}, max ${at(1)}; ${unanswered} not at all`;
}

export function promises(
  measured: Measured,
  acks: Acks | undefined,
  python: PythonTimes,
): string[] {
  const lines = [
    overheadLine(measured, 'first', 'first deployment of all files'),
    overheadLine(measured, 'change', 'one file to live traffic'),
    pythonLine(python),
  ];
  if (acks) {
    const p99 = quantile(acks.latencies, 0.99);
    lines.push(
      `slash command acknowledged, 99th percentile while deploying: ${p99.toFixed(0)} ms, bound ${ackBoundMs} ms: ${met(p99 <= ackBoundMs && acks.unanswered === 0)}`,
    );
  }
  const reports = measured.samples.flatMap(({ contender, traffic }) =>
    contender === 'argo-bot' && traffic ? [traffic] : [],
  );
  const failed = reports.reduce((sum, report) => sum + report.failed, 0);
  const reasons = reports.flatMap(({ failures }) => failures.map(({ reason }) => reason));
  lines.push(
    `requests lost in argo-bot's deployments and rollbacks: ${failed}${failed > 0 ? ` (${reasons.join(', ')})` : ''}, bound 0: ${met(failed === 0)}`,
  );
  return lines;
}

function overheadLine(
  { samples, ownStarts }: Measured,
  act: 'first' | 'change',
  what: string,
): string {
  const start = median(ownStarts);
  const overhead = timeOf(samples, 'argo-bot', act) - start;
  const kept = bounds[act].map((bound) => `bound ${seconds(bound)} s: ${met(overhead < bound)}`);
  return `${what}, beyond the service's own start (${seconds(start)} s) and the approver: ${seconds(overhead)} s, ${kept.join(', ')}`;
}

function pythonLine({ files, bytes, coldMs, warmMs }: PythonTimes): string {
  const megabytes = (bytes / 1_000_000).toFixed(1);
  return `Python checks of ${files} files never seen (${megabytes} MB of Python's own library): ${seconds(warmMs)} s warm, ${seconds(coldMs)} s cold, bound ${seconds(pythonBoundMs)} s warm: ${met(files === 300 && warmMs < pythonBoundMs)}`;
}

function met(yes: boolean): string {
  return yes ? 'met' : 'not met';
}

function timeOf(samples: readonly Sample[], name: string, act: Act): number {
  return median(samples.filter((s) => s.contender === name && s.act === act).map(({ ms }) => ms));
}

function lost(samples: readonly Sample[], name: string, act: Act): string {
  const reports = samples.flatMap(({ contender, act: played, traffic }) =>
    contender === name && played === act && traffic ? [traffic] : [],
  );
  const failed = median(reports.map((report) => report.failed));
  const gap = median(reports.map(({ longestGapMs }) => longestGapMs));
  return `${failed}, ${(gap / 1_000).toFixed(3)} s`;
}
