// Decides which charts of a watch are uploaded: one per alert, and one after the watch.
import type { Deployment } from '../../../deploy/record/deployment.ts';
import type { Target } from '../../../deploy/settings/settings.ts';
import { stageNamed } from '../../../deploy/record/stages.ts';
import { counted, number, plainLine } from '../parts/text.ts';
import { isUnhealthy } from '../parts/watch-figures.ts';
import { type Point, seriesOf } from './series.ts';
import { watchChart } from './watch-chart.ts';

export interface Chart {
  key: string;
  title: string;
  alt: string;
  svg: () => string;
}

export function chartsOf(d: Deployment, target?: Target): Chart[] {
  const ended = d.stages.some(
    ({ name, status }) => stageNamed(name)?.watches && (status === 'done' || status === 'failed'),
  );
  const moments = d.alerts.map(({ at }, index) =>
    chart(`chart-alert-${index + 1}`, upTo(d, at), target),
  );
  return [...moments, ...(ended ? [chart('chart-watch', d, target)] : [])].flat();
}

const isBadOutside = ({ public: state }: Point): boolean =>
  state !== undefined && isUnhealthy({ state });

function chart(key: string, d: Deployment, target: Target | undefined): Chart[] {
  const series = seriesOf(d);
  if (!series) return [];
  const { service, environment } = d.request;
  const { before, after, points, restarts } = series;
  const bad = points.filter((point) => isUnhealthy(point) || isBadOutside(point)).length;
  const outside = points.filter((point) => isBadOutside(point)).length;
  const title = plainLine(`${service} in ${environment}: the watch after the switch`, 200);
  const times = [
    before ? `before the switch median ${number(before.median)} ms` : '',
    after ? `after it ${number(after.median)} ms, 95th percentile ${number(after.p95)} ms` : '',
    counted(points.length, 'check'),
    bad > 0 ? `${bad} unhealthy` : '',
    restarts > 0 ? counted(restarts, 'restart') : '',
    outside > 0 ? `the public address was unhealthy in ${outside}` : '',
  ];
  const alt = `Answer times: ${times.filter(Boolean).join(', ')}`;
  return [{ key, title, alt, svg: () => watchChart(d, target) ?? '' }];
}

/** Returns the deployment as it was at time `at`, so that the chart of an alert shows nothing newer. */
function upTo(d: Deployment, at: number): Deployment {
  const { rollback: _, ...rest } = d;
  return {
    ...rest,
    checks: d.checks.filter((check) => check.at <= at),
    alerts: d.alerts
      .filter((alert) => alert.at <= at)
      .map(({ recoveredAt, ...alert }) =>
        recoveredAt === undefined || recoveredAt > at ? alert : { ...alert, recoveredAt },
      ),
  };
}
