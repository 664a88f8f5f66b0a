import { pino, type DestinationStream, type Logger } from 'pino';
import type { Redactor } from './deploy/secrets/redactor.ts';
import { cleanStart } from './deploy/secrets/cut.ts';
import { cleanJson } from './deploy/secrets/clean-record.ts';

/** Longer texts are in the record; here they would keep everybody waiting. */
const LONGEST = 8_192;

/** JSON lines on stdout. The redactor sees every finished line, so no field and no nesting gets past it. */
export function createLog(
  level: string,
  redactor: Redactor,
  destination?: DestinationStream,
): Logger {
  const clean = (text: string): string => redactor.clean(text);
  const short = { clean: (text: string) => cleanStart(clean, text, LONGEST) };
  const out = destination ?? pino.destination({ dest: 1, sync: true });
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    {
      write(line: string) {
        out.write(cleanJson(short, line));
      },
    },
  );
}
