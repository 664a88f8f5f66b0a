// Counts deployments, stages, alerts and Slack calls, and reads gauges, for Prometheus.
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Deployment } from '../deploy/record/deployment.ts';
import type { DeploymentEvent } from '../deploy/record/events.ts';
import { describeRequest } from '../deploy/record/requests.ts';
import type { Measures } from '../deploy/ports/slack-ports.ts';

/** Values that are read at each request of Prometheus. Labels come from argo.yml, so their number is limited. */
export interface Gauges {
  /** Returns the number of jobs by queue and state. */
  queues(): Promise<{ queue: string; state: string; jobs: number }[]>;
  places(): Promise<
    { service: string; environment: string; locked: boolean; deploying: boolean }[]
  >;
  /** Returns the number of open sockets to Slack; undefined in HTTP mode or in a worker without the bot. */
  sockets(): number | undefined;
}

export interface Metrics extends Measures {
  contentType: string;
  /** Returns the text for Prometheus, without gauges that cannot be read. */
  text(): Promise<string>;
}

const PLACE = ['service', 'environment'] as const;
const STAGE_SECONDS = [0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];

export function createMetrics(): Metrics & { readAtRequest(gauges: Gauges): void } {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const counters = countersIn(registry);
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    readAtRequest: (gauges) => registerGauges(registry, gauges),
    written(deployment, events) {
      for (const event of events) count(counters, deployment, event);
    },
    slackCall: (method, outcome) => counters.calls.inc({ method, outcome }),
    reconnected: () => counters.reconnects.inc(),
  };
}

type Counters = ReturnType<typeof countersIn>;

function countersIn(registry: Registry) {
  const registers = [registry];
  const counter = <T extends string>(name: string, help: string, labelNames: readonly T[] = []) =>
    new Counter({ name, help, labelNames, registers });
  return {
    deployments: counter('argo_deployments_total', 'Deployments that ended, by how they ended.', [
      ...PLACE,
      'outcome',
    ]),
    rollbacks: counter(
      'argo_rollbacks_total',
      'Rollbacks, by who asked for them: a person or argo-bot.',
      [...PLACE, 'by'],
    ),
    alerts: counter('argo_alerts_total', 'Alerts of the watch.', PLACE),
    calls: counter('argo_slack_calls_total', 'Calls of Slack by outcome; limited means HTTP 429.', [
      'method',
      'outcome',
    ]),
    reconnects: counter('argo_slack_reconnects_total', 'Sockets to Slack that were opened again.'),
    stages: new Histogram({
      name: 'argo_stage_duration_seconds',
      help: 'How long stages took, by how they ended.',
      labelNames: ['stage', 'outcome'] as const,
      buckets: STAGE_SECONDS,
      registers,
    }),
  };
}

function count(counters: Counters, { request }: Deployment, event: DeploymentEvent): void {
  const { service, environment } = request;
  const { type } = event;
  if (type === 'finished')
    counters.deployments.inc({ service, environment, outcome: event.ending });
  if (type === 'done' || type === 'stage-failed') {
    const outcome = type === 'done' ? 'done' : 'failed';
    counters.stages.observe({ stage: event.stage, outcome }, event.ms / 1_000);
  }
  if (type === 'alerted') counters.alerts.inc({ service, environment });
  if (type === 'rollback-requested')
    counters.rollbacks.inc({ service, environment, by: event.by ? 'person' : 'argo-bot' });
  if (type === 'requested' && describeRequest(request).rollsBack)
    counters.rollbacks.inc({ service, environment, by: 'person' });
}

function registerGauges(registry: Registry, gauges: Gauges): void {
  const registers = [registry];
  const gauge = <T extends string>(
    name: string,
    help: string,
    labelNames: readonly T[],
    collect: (gauge: Gauge<T>) => Promise<void>,
  ): void => {
    const made = new Gauge({
      name,
      help,
      labelNames,
      registers,
      async collect() {
        made.reset();
        await collect(made).catch(() => {});
      },
    });
  };
  gauge('argo_queue_jobs', 'Jobs in the queue.', ['queue', 'state'], async (jobs) => {
    for (const { queue, state, jobs: n } of await gauges.queues()) jobs.set({ queue, state }, n);
  });
  const placeGauge = (name: string, help: string, key: 'locked' | 'deploying'): void =>
    gauge(name, help, PLACE, async (made) => {
      for (const { service, environment, [key]: is } of await gauges.places())
        made.set({ service, environment }, is ? 1 : 0);
    });
  placeGauge('argo_locked', 'Whether an environment is locked.', 'locked');
  placeGauge('argo_deploying', 'Whether a deployment runs in an environment.', 'deploying');
  gauge('argo_slack_sockets', 'Open sockets to Slack.', [], async (sockets) => {
    const open = gauges.sockets();
    if (open !== undefined) sockets.set(open);
  });
}
