import { setTimeout as wait } from 'node:timers/promises';
import { StageFailed } from './errors.ts';
import { atPath, parseJson } from './json-path.ts';
import type { Host, HttpAnswer } from './ports.ts';
import { tellable } from './release-secrets.ts';
import type { SmokeTest } from './settings/health.ts';
import type { StageContext } from './stage.ts';

/** One declared request; every mismatch is named with the value seen and the value expected. */
export async function smokeTest(
  context: StageContext,
  host: Host,
  url: URL,
  test: SmokeTest,
  tries = 1,
): Promise<void> {
  const { request_timeout_ms, interval_ms } = context.target.settings.health;
  const answer = await host.get(url, { timeoutMs: request_timeout_ms, signal: context.signal });
  const wrong = mismatches(answer, test);
  if (wrong.length === 0) return;
  if (tries > 1) {
    await wait(interval_ms, undefined, { signal: context.signal });
    return smokeTest(context, host, url, test, tries - 1);
  }
  const said = [`HTTP ${answer.status}`, answer.body.slice(0, 5_000)];
  const log = await tellable(context, host, context.facts.release ?? '', said);
  throw new StageFailed(`${test.name} (${test.path}) on ${host.name}: ${wrong.join('; ')}`, {
    code: 'smoke-test',
    host: host.name,
    next: 'Fix what the test found, commit, and deploy again.',
    log: log.join('\n'),
  });
}

function mismatches({ status, body, ms }: HttpAnswer, test: SmokeTest): string[] {
  const wrong: string[] = [];
  if (status !== test.status) wrong.push(`status ${status}, expected ${test.status}`);
  if (test.max_latency_ms !== undefined && ms > test.max_latency_ms) {
    wrong.push(`took ${Math.round(ms)} ms, at most ${test.max_latency_ms} ms allowed`);
  }
  const json = test.json.length > 0 ? parseJson(body) : undefined;
  for (const { path, exists, equals } of test.json) {
    const value = atPath(json, path);
    if (exists !== undefined && (value !== undefined) !== exists) {
      wrong.push(
        `${path} is ${exists ? 'missing' : 'there'}, expected ${exists ? 'it there' : 'it absent'}`,
      );
    }
    if (equals !== undefined && value !== equals) {
      wrong.push(`${path} is ${shown(value)}, expected ${shown(equals)}`);
    }
  }
  return wrong;
}

function shown(value: unknown): string {
  return value === undefined ? 'missing' : JSON.stringify(value).slice(0, 60);
}
