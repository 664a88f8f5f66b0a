import type { Message } from '../../../sandbox/workspace/model.ts';
import { labelOf, messagesOf } from '../messages.ts';
import type { Run } from '../run.ts';
import type { World } from '../world.ts';

/** Nothing stands there twice, but for what somebody took away and the truth that was told again. */
export function postedOnce(world: World, run: Run): string[] {
  const counts = new Map<string, Message[]>();
  for (const message of messagesOf(world, run.id)) {
    const key = labelOf(message)?.key ?? '';
    counts.set(key, [...(counts.get(key) ?? []), message]);
  }
  return [...counts]
    .filter(([, messages]) => messages.length > 1)
    .map(([key, messages]) => `${key} was posted ${messages.length} times`);
}
