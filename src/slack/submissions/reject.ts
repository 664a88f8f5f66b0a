import type { z } from 'zod';
import type { Ask, Reply } from '../ask.ts';
import { decide } from '../decide.ts';
import type { SlackPorts } from '../ports.ts';
import type { RejectMetadata } from '../values.ts';

/** The reject modal came back with a reason. */
export function rejectSubmission(
  { d, g }: z.infer<typeof RejectMetadata>,
  reason: string,
  ask: Ask,
  ports: SlackPorts,
): Promise<Reply> {
  return decide(ports, ask, { d, g }, { kind: 'rejected', reason });
}
