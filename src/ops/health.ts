// Runs the health checks of this process with a time limit, for `/health`.
import { setTimeout } from 'node:timers/promises';

/** One health check. */
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

export async function healthOf(checks: Iterable<Check>, deadlineMs = DEADLINE_MS): Promise<Health> {
  const answers = await Promise.all(
    [...checks].map(
      async ({ name, problem }) => [name, (await within(problem, deadlineMs)) ?? 'ok'] as const,
    ),
  );
  const failing = answers.some(([, answer]) => answer !== 'ok');
  return { status: failing ? 'failing' : 'ok', checks: Object.fromEntries(answers) };
}

async function within(wrong: Check['problem'], ms: number): Promise<string | undefined> {
  const late = setTimeout(ms, `no answer within ${ms / 1_000} s`, { ref: false });
  try {
    return await Promise.race([wrong(), late]);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
