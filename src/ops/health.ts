// Runs the health checks of this process with a time limit, for `/health`.
import { setTimeout } from 'node:timers/promises';
import { messageOf } from '../deploy/untrusted/unknown-error.ts';

export interface Check {
  /** The key in the answer: `redis`, `slack`, `queue`. */
  name: string;
  /** The problem, for people; undefined if the check passes. */
  problem: () => Promise<string | undefined>;
}

export interface Health {
  status: 'ok' | 'failing';
  /** The result of each check by name: `ok`, or the problem. */
  checks: Record<string, string>;
}

/** A check fails after this time. It is shorter than the timeout of usual probes, so that they get an answer. */
const DEADLINE_MS = 2_000;

export async function healthOf(checks: Iterable<Check>): Promise<Health> {
  const answers = await Promise.all(
    [...checks].map(async ({ name, problem }) => [name, (await inTime(problem)) ?? 'ok'] as const),
  );
  const failing = answers.some(([, answer]) => answer !== 'ok');
  return { status: failing ? 'failing' : 'ok', checks: Object.fromEntries(answers) };
}

async function inTime(problem: Check['problem']): Promise<string | undefined> {
  const late = `no answer within ${DEADLINE_MS / 1_000} s`;
  try {
    return await Promise.race([problem(), setTimeout(DEADLINE_MS, late, { ref: false })]);
  } catch (error) {
    return messageOf(error);
  }
}
