// Creates the log: JSON lines on stdout, with all secrets masked.
import { pino, type Logger } from 'pino';
import type { Redactor } from './deploy/secrets/redactor.ts';
import { cleanStart } from './deploy/secrets/clean-ends.ts';
import { cleanJson } from './deploy/secrets/clean-record.ts';

/** Longer texts are cut in the log, because masking them would block the event loop. The journal has them in full. */
const MAX_CHARACTERS = 8_192;

/** The redactor gets each complete line, so that it covers all fields and nesting. */
export function createLog(level: string, redactor: Redactor): Logger {
  const clean = (text: string): string => redactor.clean(text);
  const short = { clean: (text: string) => cleanStart(clean, text, MAX_CHARACTERS) };
  const out = pino.destination({ dest: 1, sync: true });
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    { write: (line) => void out.write(cleanJson(short, line)) },
  );
}
