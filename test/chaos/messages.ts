import { over } from '../../sandbox/acts.ts';
import { deploys } from '../../sandbox/people.ts';
import { readable } from '../../sandbox/transcript.ts';
import { isRecord, type Message } from '../../sandbox/workspace/model.ts';
import type { World } from './world.ts';

/** What a message says of itself: whose it is, and which of its deployment's. */
export function labelOf({ metadata }: Message): { deployment: string; key: string } | undefined {
  const payload = isRecord(metadata) ? metadata['event_payload'] : undefined;
  if (!isRecord(payload)) return undefined;
  return { deployment: String(payload['deployment']), key: String(payload['key']) };
}

export function messagesOf({ scene }: World, id: string): Message[] {
  return scene.workspace.messages(deploys).filter((message) => labelOf(message)?.deployment === id);
}

export function saysInterrupted(world: World, id: string): boolean {
  return messagesOf(world, id).some((message) => readable(message).includes('*interrupted*'));
}

/** The line in the channel that says how it ended. */
export function endingLine(world: World, id: string): string | undefined {
  return messagesOf(world, id)
    .filter(({ thread_ts, ts }) => thread_ts === undefined || thread_ts === ts)
    .map(readable)
    .findLast((line) => over.test(line) || line.includes('*interrupted*'));
}

export function cardOf(world: World, id: string): Message | undefined {
  return messagesOf(world, id).find((message) => readable(message).includes('[Approve'));
}
