// Describes unit in argo.yml: user, exec_start or template, options, limits, log files.
import { z } from 'zod';
import { AbsolutePath, OneLine, RelativePath, UserName, VariableName } from './names.ts';

const JOINS = 'a \\ at the end would join the next line of the unit to it';

/** Options that argo-bot writes itself, each with the setting of `unit` in argo.yml to use instead. */
const OWNED: Record<string, string> = {
  ExecStart: 'exec_start',
  User: 'user',
  WorkingDirectory: 'template',
  EnvironmentFile: 'template',
  Environment: 'environment',
  MemoryMax: 'memory_max',
  LimitNOFILE: 'limit_nofile',
  TimeoutStopSec: 'stop_timeout_seconds',
};

const OptionValue = z
  .union([z.string(), z.number(), z.boolean()])
  .transform(String)
  .pipe(z.string().regex(/^(?:[^\0\r\n]*[^\0\r\n\\])?$/, `use one line of text; ${JOINS}`));

const SettingName = z
  .string()
  .regex(
    /^(?:[A-Z][A-Za-z0-9]+|X-[A-Za-z0-9-]+)$/,
    'use the name of a setting of [Service], as systemd has it',
  );

const OptionsSchema = z
  .record(SettingName, z.union([OptionValue, z.array(OptionValue).min(1)]))
  .superRefine((options, context) => {
    for (const key of Object.keys(options)) {
      if (!Object.hasOwn(OWNED, key)) continue;
      const message = `argo-bot writes ${key} itself: use unit.${OWNED[key]}`;
      context.addIssue({ code: 'custom', path: [key], message });
    }
  });

export const UnitSchema = z
  .strictObject({
    /** The user that the service runs as; undefined: the user with the service's name. */
    user: UserName.optional(),
    /** Start command. Placeholders: `{slot}`, `{slot_name}`, `{root}`, `{venv}`, `{port}`, `{user}`. */
    exec_start: OneLine.regex(/[^\\]$/, JOINS).optional(),
    /** The team's own unit, a file of the commit, instead of argo-bot's. */
    template: RelativePath.optional(),
    /** Settings that the template may contain in addition to RULES in unit/directives.ts. */
    allow: z
      .array(SettingName.regex(/^(?!User$)/, 'the user of the service is unit.user'))
      .default([]),
    environment: z.record(VariableName, OneLine).default({}),
    /** Lines of [Service] to add, or to use in place of argo-bot's. */
    options: OptionsSchema.default({}),
    memory_max: z
      .string()
      .regex(
        /^(?:\d+(?:\.\d+)?[KMGTPE%]?|infinity)$/,
        'use a size such as 2G or 1.5G, a share of the memory such as 50%, or infinity',
      )
      .default('2G'),
    limit_nofile: z.int().min(64).default(65_536),
    stop_timeout_seconds: z.int().min(1).max(600).default(30),
    /** Log files that the service writes. Templates may name only these files in StandardOutput= and StandardError=. */
    log_files: z.array(AbsolutePath).max(5).default([]),
  })
  .superRefine((unit, context) => {
    const wrong = (key: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [key], message });
    if (unit.template === undefined) {
      if (unit.exec_start === undefined)
        wrong('exec_start', 'say how the service is started, or name a template of the whole unit');
      if (unit.allow.length > 0)
        wrong('allow', 'this is for a template: without one, write the setting into unit.options');
      return;
    }
    for (const [key, given] of [
      ['exec_start', unit.exec_start !== undefined],
      ['environment', Object.keys(unit.environment).length > 0],
      ['options', Object.keys(unit.options).length > 0],
    ] as const) {
      if (given)
        wrong(key, 'the template is the whole unit: say this there, or leave out template');
    }
  });

const UNITS: Record<string, number> = {
  K: 1 / 1_024,
  M: 1,
  G: 1_024,
  T: 1_024 ** 2,
  P: 1_024 ** 3,
  E: 1_024 ** 4,
};

/** Converts `2G`, or a number of bytes, to megabytes, at least 1. Returns 0 for `50%` and `infinity`. */
export function megabytes(size: string): number {
  const [, count, letter = ''] = /^(\d+(?:\.\d+)?)([KMGTPE]?)$/.exec(size) ?? [];
  if (count === undefined) return 0;
  return Math.max(1, Math.round(Number(count) * (UNITS[letter] ?? 1 / 1_048_576)));
}
