// Writes the times of all contenders, and those of argo-bot by stage, as tables.
import { ARGO_BOT, type Step } from './contender.ts';
import { median, seconds, table } from './figures.ts';
import { type Act, type Measured, type Sample, timeOf } from './rounds.ts';

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
    (of(ARGO_BOT, 'change') / of(name, 'change')).toFixed(2),
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

export function stagesTable(samples: readonly Sample[], act: Act): string {
  const runs = samples.filter((s) => s.contender === ARGO_BOT && s.act === act);
  const keys = [...new Set(runs.flatMap(({ told }) => told.steps.map(keyOf)))];
  const rows = keys.map((key) => {
    const sums = runs.map(({ told }) =>
      told.steps.filter((step) => keyOf(step) === key).reduce((sum, { ms }) => sum + ms, 0),
    );
    return [key, String(Math.round(median(sums)))];
  });
  return table([['argo-bot by stage', 'ms'], ...rows]);
}

function lost(samples: readonly Sample[], name: string, act: Act): string {
  const reports = samples.flatMap(({ contender, act: played, traffic }) =>
    contender === name && played === act && traffic ? [traffic] : [],
  );
  const failed = median(reports.map((report) => report.failed));
  const gap = median(reports.map(({ longestGapMs }) => longestGapMs));
  return `${failed}, ${(gap / 1_000).toFixed(3)} s`;
}
