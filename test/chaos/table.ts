import type { Played } from './play.ts';
import { faults, wordsOf } from './plan.ts';

/** By fault: runs, how they ended, what was lost. */
export function table(played: readonly Played[]): string {
  const rows = faults
    .map(({ name }) => played.filter(({ plan }) => plan.fault.name === name))
    .filter((runs) => runs.length > 0)
    .map(rowOf);
  return [headline, ...rows].join('\n');
}

const columns = [24, 5, 7, 7, 9, 6, 9];
const line = (cells: readonly string[]): string =>
  cells
    .map((cell, n) => (n === 0 ? cell.padEnd(columns[n] ?? 0) : cell.padStart(columns[n] ?? 0)))
    .join('  ');
const headline = `${line(['fault', 'runs', 'passed', 'failed', 'requests', 'lost', 'takeover'])}  endings`;

function rowOf(runs: readonly Played[]): string {
  const failed = runs.filter(({ wrong }) => wrong.length > 0).length;
  const sum = (of: (one: Played) => number): string =>
    String(runs.reduce((n, one) => n + of(one), 0));
  const longest = Math.max(...runs.map(({ takeoverMs }) => takeoverMs));
  const endings = Map.groupBy(runs, ({ ending }) => ending);
  const cells = [
    runs[0]?.plan.fault.name ?? '',
    String(runs.length),
    String(runs.length - failed),
    String(failed),
    sum(({ requests }) => requests),
    sum(({ requestsLost }) => requestsLost),
    longest > 0 ? `${(longest / 1_000).toFixed(1)} s` : '-',
  ];
  const ends = [...endings].map(([ending, ones]) => `${ones.length} ${ending}`).join(', ');
  return `${line(cells)}  ${ends}`;
}

export function lineOf({ plan, ending, wrong, ms, thread }: Played): string {
  const head = `${wrong.length > 0 ? 'NOT OK' : 'ok    '} ${wordsOf(plan)}: ${ending} in ${(ms / 1_000).toFixed(1)} s`;
  if (wrong.length === 0) return head;
  const indented = thread.replaceAll(/^/gm, '        | ');
  return [head, ...wrong.map((what) => `       ${what}`), indented].join('\n');
}

export function lastLine(played: readonly Played[]): string {
  const failed = played.filter(({ wrong }) => wrong.length > 0).length;
  return `${played.length - failed} passed, ${failed} failed`;
}
