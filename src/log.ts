import { pino, type DestinationStream, type Logger } from 'pino';
import type { Redactor } from './deploy/redact.ts';
import { cleanJson } from './deploy/redaction/clean-record.ts';

/** JSON lines on stdout. The redactor sees every finished line, so no field and no nesting gets past it. */
export function createLog(
  level: string,
  redactor: Redactor,
  destination?: DestinationStream,
): Logger {
  const out = destination ?? pino.destination({ dest: 1, sync: true });
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    {
      write(line: string) {
        out.write(cleanJson(redactor, line));
      },
    },
  );
}
