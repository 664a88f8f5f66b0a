// Stores requests and results of inspections for bot and worker, and records the requests in the audit.
import { z } from 'zod';
import {
  type Inspection,
  inspectionDecision,
  InspectionRequest,
  InspectionResult,
  type Inspections,
} from '../../deploy/inspections/inspection.ts';
import { query, runScript, type Writing } from '../connection/queries.ts';
import { auditLines } from './audit.ts';
import { key } from './keys.ts';
import { FINISH_INSPECTION, REQUEST_INSPECTION, START_INSPECTION } from './scripts.ts';
import { parseStored } from './stored.ts';

/** A request expires after this time, because a later answer would surprise the person who asked. */
const REQUEST_SECONDS = 600;
const RESULT_SECONDS = 3_600;

/** Redis returns null before the first start; `coerce` makes it 0. */
const Starts = z.coerce.number();
const Stored = z.tuple([z.string().nullable(), z.string().nullable(), Starts]);

export function createInspections(options: Writing): Inspections {
  const { redis } = options;
  const run = (script: string, id: string, ...values: string[]): Promise<unknown> =>
    runScript(options, script, [key('inspection', id), key('audit-pending')], values);
  return {
    async request(request) {
      const decision = auditLines([inspectionDecision(request)]);
      const json = JSON.stringify(request);
      await run(REQUEST_INSPECTION, request.id, json, String(REQUEST_SECONDS), ...decision);
    },
    async start(id) {
      return inspectionOf(await run(START_INSPECTION, id));
    },
    async finish(id, result) {
      await run(FINISH_INSPECTION, id, JSON.stringify(result), String(RESULT_SECONDS));
    },
    async read(id) {
      const fields = ['request', 'result', 'starts'];
      return inspectionOf(await query(redis.call('HMGET', key('inspection', id), ...fields)));
    },
  };
}

function inspectionOf(stored: unknown): Inspection | undefined {
  const [request, result, starts] = Stored.parse(stored);
  if (request === null) return undefined;
  return {
    request: InspectionRequest.parse(JSON.parse(request)),
    starts,
    result: parseStored(InspectionResult, result),
  };
}
