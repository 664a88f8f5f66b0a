// Decides which lines of Bolt's log are kept: warnings and errors, redacted and cut.
import { LogLevel, type Logger } from '@slack/bolt';
import type { SlackPorts } from '../contract/ports.ts';

/** Drops debug lines, because they contain whole payloads. */
export function boltLogger({ log, redactor }: Pick<SlackPorts, 'log' | 'redactor'>): Logger {
  const words = (parts: unknown[]) => redactor.clean(parts.map(String).join(' ')).slice(0, 500);
  return {
    debug() {},
    info() {},
    warn: (...parts) => log.warn({ from: 'bolt' }, words(parts)),
    error: (...parts) => log.error({ from: 'bolt' }, words(parts)),
    setLevel() {},
    getLevel: () => LogLevel.WARN,
    setName() {},
  };
}
