// Reads and validates the environment variables of the process.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { Misconfigured } from '../deploy/record/errors.ts';
import { readRedisUrl } from '../redis/connection/address.ts';

const Secret = (prefix: string, what: string) =>
  z
    .string({ error: `is not set: ${what}` })
    .startsWith(prefix, `does not begin with ${prefix}: ${what}`);

/** Parses ARGO_HTTP. `9464` listens on loopback only; `0.0.0.0:9464` and `[::]:9464` listen for other machines. */
function listenAddress(text: string, problems: z.RefinementCtx): { host: string; port: number } {
  const [, v6, name, digits] =
    /^(?:(?:\[([\da-f:]+)\]|([^:\s[\]]+)):)?(\d{1,5})$/i.exec(text) ?? [];
  const port = Number(digits);
  if (digits === undefined || port > 65_535) {
    problems.addIssue('is neither a port nor an address like 127.0.0.1:9464');
    return z.NEVER;
  }
  return { host: v6 ?? name ?? '127.0.0.1', port };
}

const Common = z.object({
  REDIS_URL: z
    .string()
    .superRefine((url, context) => {
      const read = readRedisUrl(url);
      if (read.kind === 'wrong') context.addIssue({ code: 'custom', message: read.why });
    })
    .optional(),
  ARGO_CONFIG: z.string().default('argo.yml'),
  ARGO_DATA: z.string().default('.data'),
  ARGO_HTTP: z.string().transform(listenAddress).optional(),
  ARGO_BOARD_USER: z
    .string()
    .regex(/^[^:]+$/, 'has a colon in it')
    .optional(),
  ARGO_BOARD_PASSWORD: z.string().min(12, 'is shorter than 12 characters').optional(),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
      error: 'is none of trace, debug, info, warn, error, fatal, silent',
    })
    .default('info'),
  SLACK_API_URL: z.url({ error: 'is not an address' }).default('https://slack.com/api/'),
  SLACK_BOT_TOKEN: Secret('xoxb-', 'the bot token, from OAuth & Permissions of the Slack app'),
  HTTP_HOST: z
    .string()
    .regex(/^[\da-z.:-]+$/i, 'is neither an address nor the name of a host')
    .default('127.0.0.1'),
  PORT: z.coerce
    .number({ error: 'is not a port' })
    .int('is not a port')
    .min(0, 'is not a port')
    .max(65_535, 'is not a port')
    .default(3_000),
});

const signing = z
  .string({ error: 'is not set: the signing secret, from Basic Information of the Slack app' })
  .min(8, 'is too short to be a signing secret');

export const EnvironmentSchema = z
  .discriminatedUnion('SLACK_MODE', [
    Common.extend({
      SLACK_MODE: z.literal('socket'),
      SLACK_APP_TOKEN: Secret(
        'xapp-',
        'the app-level token with connections:write, from Basic Information',
      ),
      SLACK_SIGNING_SECRET: signing.optional(),
    }),
    Common.extend({ SLACK_MODE: z.literal('http'), SLACK_SIGNING_SECRET: signing }),
  ])
  .superRefine((given, problems) => {
    if (given.ARGO_BOARD_USER === undefined && given.ARGO_BOARD_PASSWORD === undefined) return;
    const needed = ['ARGO_BOARD_USER', 'ARGO_BOARD_PASSWORD', 'ARGO_HTTP'] as const;
    for (const name of needed.filter((one) => given[one] === undefined))
      problems.addIssue({
        code: 'custom',
        path: [name],
        message: 'is not set: the board of the queue needs user, password and address',
      });
  });
export type Environment = z.infer<typeof EnvironmentSchema>;

/** Parses the environment variables. Fails with Misconfigured, which lists all problems. */
export function readEnvironment(env: Record<string, string | undefined>): Environment {
  // Ignore empty variables, because Compose files and shells pass unset variables as empty ones.
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = EnvironmentSchema.safeParse({
    ...given,
    SLACK_MODE: given['SLACK_MODE'] ?? 'socket',
  });
  if (parsed.success) return parsed.data;
  const wrongMode = parsed.error.issues.some(({ code }) => code === 'invalid_union');
  // With a wrong SLACK_MODE, zod checks nothing else. Check the common variables too, to report all problems at once.
  const { issues } = wrongMode ? (Common.safeParse(given).error ?? { issues: [] }) : parsed.error;
  const problems = [
    ...(wrongMode ? ['SLACK_MODE is neither socket nor http'] : []),
    ...issues.map(({ path, message }) => `${path.join('.')} ${message}`),
  ];
  throw new Misconfigured(
    `The environment is not complete:\n${problems.map((line) => `  - ${line}`).join('\n')}`,
    {
      code: 'environment',
      next: `Set these in the environment or in ${envFile()} (.env.example of argo-bot shows all). Then repeat the command.`,
    },
  );
}

/** Names the `.env` that the command line reads: the one in the folder where it was started. */
function envFile(): string {
  const file = resolve('.env');
  return existsSync(file) ? file : `${file}, which does not exist`;
}
