import { z } from 'zod';
import { OneLine, UserName } from './names.ts';

export const UnitSchema = z.strictObject({
  user: UserName,
  /** `{slot}`, `{root}`, `{venv}` and `{port}` are replaced. */
  exec_start: OneLine.regex(/[^\\]$/, 'a \\ at the end would join the next line of the unit to it'),
  environment: z
    .record(
      z.string().regex(/^[A-Z_][A-Z0-9_]*$/, 'use capitals, digits and _ for a variable'),
      OneLine,
    )
    .default({}),
  memory_max: z
    .string()
    .regex(/^[0-9]+[KMGT]?$/, 'use a size such as 2G')
    .default('2G'),
  limit_nofile: z.int().min(64).default(65_536),
  stop_timeout_seconds: z.int().min(1).max(600).default(30),
});
