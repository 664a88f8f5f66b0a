// Reads an event of a journal, of this version or an earlier one.
import { z } from 'zod';
import { CurrentEvent } from './events.ts';
import { withCurrentKind } from './requests.ts';

/** The event names in journals of earlier versions, each with its current name. */
const EARLIER_NAMES: ReadonlyMap<unknown, string> = new Map([
  ['lined-up', 'queued'],
  ['line-moved', 'queue-moved'],
  ['turn-came', 'dequeued'],
  ['phase-parked', 'phase-interrupted'],
  ['voided', 'approval-invalidated'],
]);

const EarlierEvent = z.looseObject({ type: z.string(), request: z.unknown().optional() });

/** Parses an event of a journal. An event of an earlier version gets its current name and kind. */
export const JournalEvent = z.preprocess((value) => {
  const event = EarlierEvent.safeParse(value).data;
  if (!event) return value;
  const type = EARLIER_NAMES.get(event.type) ?? event.type;
  return { ...event, type, request: withCurrentKind(event.request) };
}, CurrentEvent);
