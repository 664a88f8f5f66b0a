// Runs one declared smoke test, with its retries, and reports every mismatch.
import { setTimeout as wait } from 'node:timers/promises';
import { StageFailed } from '../record/errors.ts';
import type { Placement } from '../record/facts.ts';
import { describeHttpStatus } from './http-status.ts';
import { mismatches } from './mismatches.ts';
import type { Host, HttpAnswer } from '../ports/ports.ts';
import { requestAnswer, type NoAnswer } from './probe.ts';
import { smokeRequest } from './health-request.ts';
import { redactLog } from '../release/release-secrets.ts';
import { hasError } from '../failure/log-cause.ts';
import { causeSuffix, stateAfterLogging } from '../failure/slot-journal.ts';
import type { SmokeTest } from '../settings/health.ts';
import type { StageContext } from '../step/stage.ts';

/** Repeats a failed test up to `retries` times. Fails with StageFailed `smoke-test`, which names every mismatch. */
export async function smokeTest(
  context: StageContext,
  host: Host,
  { url, ...placement }: Placement & { url: URL },
  test: SmokeTest,
): Promise<void> {
  const question = smokeRequest(context.target, test);
  const { method, retries, interval_ms } = test;
  const { signal } = context;
  for (let left = retries; ; left -= 1) {
    const answer = await requestAnswer(host, url, { ...question, method, signal });
    const wrong =
      'message' in answer
        ? [answer.message]
        : mismatches(answer, test, describeHttpStatus(answer, url, question.headers['host']));
    if (wrong.length === 0) return;
    if (left === 0) throw await smokeFailure(context, host, placement, test, { answer, wrong });
    await wait(interval_ms, undefined, { signal });
  }
}

async function smokeFailure(
  context: StageContext,
  host: Host,
  placement: Placement,
  test: SmokeTest,
  { answer, wrong }: { answer: HttpAnswer | NoAnswer; wrong: string[] },
): Promise<StageFailed> {
  const { name, path, retries } = test;
  const { log } = await stateAfterLogging(context, host, placement);
  const said =
    'message' in answer
      ? []
      : await redactLog(context, host, placement.release, [
          `HTTP ${answer.status}`,
          answer.body.slice(0, 5_000),
          '',
        ]);
  const onlySlow =
    wrong.length === 1 && 'ms' in answer && answer.ms > (test.max_latency_ms ?? Infinity);
  const tries = retries > 0 ? ` (${retries + 1} tries)` : '';
  return new StageFailed(
    `smoke test "${name}" failed on ${host.name}. ${said.length > 0 ? `Answer of ${path}: ` : ''}${wrong.join('; ')}${tries}${hasError(log) ? causeSuffix(log) : ''}`,
    {
      code: 'smoke-test',
      host: host.name,
      next: onlySlow ? fasterStep(test) : FIX_STEP,
      log: [...said, ...log].join('\n'),
    },
  );
}

const FIX_STEP =
  'press Show log to see the whole answer. Fix the service, commit and push, then `/argo deploy`. If the test is wrong, correct it in argo.yml, restart argo-bot, then `/argo retry`.';

function fasterStep({ name, path, max_latency_ms: limit }: SmokeTest): string {
  return `\`/argo retry\` shows whether it was slow only once. Otherwise make ${path} faster, commit and push, then \`/argo deploy\`. If ${limit} ms is too strict, raise \`max_latency_ms\` of "${name}" in argo.yml and restart argo-bot.`;
}
