// Describes where inspections are kept between the bot and the worker.
import type { Inspection, InspectionRequest, InspectionResult } from './inspection.ts';

/** Keeps requests for ten minutes and results for an hour. */
export interface Inspections {
  /** Keeps the request, and records it in the audit. */
  request(request: InspectionRequest): Promise<void>;
  /** Counts one more start, and returns the inspection; undefined if the request is too old. */
  start(id: string): Promise<Inspection | undefined>;
  finish(id: string, result: InspectionResult): Promise<void>;
  read(id: string): Promise<Inspection | undefined>;
}
