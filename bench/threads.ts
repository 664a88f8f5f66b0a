// Measures the calls of Slack for threads, and their delay.
import { Redis } from 'ioredis';
import { startRedis } from '../sandbox/redis.ts';
import { crowds, goodPlan } from '../test/support/thread-plans.ts';
import { paintThreads } from '../test/support/threads.ts';

/** What threads cost in calls of Slack, and how late they are, in simulated time on the strict workspace. */
const server = await startRedis();
const redis = new Redis(server.url);
const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
try {
  for (const { name, plans } of [{ name: 'one alone', plans: [goodPlan(0, 8)] }, ...crowds]) {
    await redis.flushall();
    const { calls, mostAMinute, mostAMinuteOfOne, limited, lateness, gaps } = await paintThreads(
      redis,
      plans,
    );
    const figures = [
      `${calls.length} calls`,
      `${limited} answered 429`,
      `at most ${mostAMinute} a minute, ${mostAMinuteOfOne} of one deployment`,
      `last states late by at most ${seconds(Math.max(...lateness))}`,
      `checklists at most ${seconds(Math.max(...gaps))} apart`,
    ];
    process.stdout.write(`${plans.length} at once, ${name}: ${figures.join('; ')}\n`);
  }
} finally {
  redis.disconnect();
  await server.stop();
}
