import { expect, test } from '@jest/globals';
import { createMetrics } from '../../src/ops/metrics.ts';
import { alertedPlan } from './support/alerted.ts';

test('counts what deployments, watches and calls came to', async () => {
  const metrics = createMetrics();
  const { deployment, events } = await alertedPlan();
  metrics.written(deployment, events);
  metrics.slackCall('chat.update', 'answered');
  metrics.slackCall('chat.update', 'limited');
  metrics.reconnected();
  const lines = (await metrics.text()).split('\n');
  expect(lines).toEqual(
    expect.arrayContaining([
      'argo_deployments_total{service="argo-trading",environment="production",outcome="rolled-back"} 1',
      'argo_rollbacks_total{service="argo-trading",environment="production",by="argo-bot"} 1',
      'argo_alerts_total{service="argo-trading",environment="production"} 1',
      'argo_slack_calls_total{method="chat.update",outcome="answered"} 1',
      'argo_slack_calls_total{method="chat.update",outcome="limited"} 1',
      'argo_slack_reconnects_total 1',
      'argo_stage_duration_seconds_bucket{le="0.5",stage="upload",outcome="done"} 1',
      'argo_stage_duration_seconds_count{stage="watch",outcome="failed"} 1',
      'argo_stage_duration_seconds_sum{stage="watch",outcome="failed"} 1.2',
    ]),
  );
  // Of a journal there is nothing in it but names of argo.yml and of the pipeline.
  expect(lines.join('\n')).not.toMatch(/U0ALICE|no space left|1a2b3c4/);
});

test('looks up queue, places and sockets when asked, and leaves out what cannot be looked up', async () => {
  const metrics = createMetrics();
  let away = false;
  const place = { service: 'engine', environment: 'production' };
  metrics.readAtRequest({
    queues: async () => [{ queue: 'deploy', state: 'waiting', jobs: 3 }],
    async places() {
      if (away) throw new Error('Redis is unreachable');
      return [{ ...place, locked: true, deploying: false }];
    },
    sockets: () => 2,
  });
  const text = await metrics.text();
  expect(text).toContain('argo_queue_jobs{queue="deploy",state="waiting"} 3');
  expect(text).toContain('argo_locked{service="engine",environment="production"} 1');
  expect(text).toContain('argo_deploying{service="engine",environment="production"} 0');
  expect(text).toContain('argo_slack_sockets 2');
  away = true;
  const later = await metrics.text();
  expect(later).not.toContain('argo_locked{');
  expect(later).toContain('argo_queue_jobs{queue="deploy",state="waiting"} 3');
});
