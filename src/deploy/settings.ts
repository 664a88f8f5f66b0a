import { z } from 'zod';

/**
 * What a team declares in argo.yml about a service and its environments. Names in here end up in
 * paths, unit names and host parameters, so their grammar is narrow on purpose.
 */
const Name = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/, 'use lower-case letters, digits and dashes, a letter first');
const AbsolutePath = z
  .string()
  .regex(
    /^\/(?!.*\/\.{1,2}(?:\/|$))[A-Za-z0-9._@+/-]+$/,
    'use an absolute path of plain characters, without . or .. parts',
  );
const RelativePath = z
  .string()
  .regex(
    /^(?!\/)(?!(?:.*\/)?\.{1,2}(?:\/|$))[A-Za-z0-9._@+/-]+$/,
    'use a path relative to the release, of plain characters, without . or .. parts',
  );
const OneLine = z.string().regex(/^[^\0\r\n]+$/, 'use one line of text');
const UrlPath = z.string().regex(/^\/[\x21-\x7e]*$/, 'use an address path that starts with /');
const Port = z.int().min(1).max(65_535);
const Seconds = z.number().positive().max(3_600);

export const HostSchema = z.strictObject({
  name: Name,
  address: z.string().regex(/^[A-Za-z0-9.:-]+$/, 'use a host name or an IP address'),
  port: Port.default(22),
  user: z
    .string()
    .regex(/^[a-z_][a-z0-9_-]{0,31}$/, 'use a login name')
    .default('root'),
  host_keys: z
    .array(
      z
        .string()
        .regex(
          /^(ssh|ecdsa)-[a-z0-9@.-]+ [A-Za-z0-9+/=]+$/,
          'use "type key", as ssh-keyscan prints it',
        ),
    )
    .min(1),
  identity_file: z.string().min(1),
});

const SlotSchema = z.strictObject({ port: Port });

const ConfigRuleSchema = z.strictObject({
  key: OneLine,
  required: z.boolean().optional(),
  type: z.enum(['string', 'number', 'boolean', 'object', 'array']).optional(),
  length: z.int().positive().optional(),
  pattern: z.string().optional(),
  one_of: z.array(z.union([z.string(), z.number(), z.boolean()])).optional(),
  forbidden: z.boolean().optional(),
});

const JsonAssertionSchema = z.strictObject({
  path: OneLine,
  exists: z.boolean().optional(),
  equals: z.union([z.string(), z.number(), z.boolean(), z.null()]).optional(),
});

export const SmokeSchema = z.strictObject({
  name: OneLine,
  path: UrlPath,
  status: z.int().min(100).max(599).default(200),
  json: z.array(JsonAssertionSchema).default([]),
  max_latency_ms: z.int().positive().optional(),
});
export type SmokeTest = z.infer<typeof SmokeSchema>;

export const HealthSchema = z.strictObject({
  path: UrlPath,
  /** JSON path of the status; absent: any 2xx is healthy. */
  status: OneLine.optional(),
  healthy: z.array(z.string()).default(['healthy', 'ok']),
  degraded: z.array(z.string()).default(['degraded']),
  /** JSON path of the release that answers; absent: not checked. */
  version: OneLine.optional(),
  passes: z.int().min(1).max(20).default(3),
  interval_ms: z.int().min(20).max(10_000).default(100),
  timeout_seconds: Seconds.default(60),
  request_timeout_ms: z.int().min(100).max(30_000).default(3_000),
});

const UnitSchema = z.strictObject({
  user: z.string().regex(/^[a-z_][a-z0-9_-]{0,31}$/, 'use a login name'),
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

const PythonSchema = z.strictObject({
  interpreter: AbsolutePath.default('/usr/bin/python3'),
  requirements: RelativePath.optional(),
  system_site_packages: z.boolean().default(false),
  /** A folder of wheels on the host, for hosts without a package index. */
  wheels: AbsolutePath.optional(),
  /** Modules that must be importable by the release's own interpreter. */
  imports: z
    .array(z.string().regex(/^[A-Za-z_][\w.]*$/, 'use a module name such as a.b.c'))
    .default([]),
});

const SlackId = z
  .string()
  .regex(/^[UWS][A-Z0-9]{2,}$/, 'use a Slack user id (U…) or user group id (S…)');

/** Who may do what, by immutable Slack ids. A missing or empty list denies. */
export const AccessSchema = z.strictObject({
  deploy: z.array(SlackId).default([]),
  approve: z.array(SlackId).default([]),
  rollback: z.array(SlackId).default([]),
  unlock: z.array(SlackId).default([]),
  /** Where commands are accepted; empty denies, as everywhere. */
  channels: z.array(z.string().regex(/^[CG][A-Z0-9]{2,}$/, 'use a channel id (C…)')).default([]),
});

const ApprovalSchema = z.strictObject({
  four_eyes: z.boolean().default(true),
  expires_minutes: z
    .number()
    .positive()
    .max(24 * 60)
    .default(30),
});

const WatchSchema = z.strictObject({
  checks: z.int().min(1).max(10_000).default(60),
  interval_seconds: z.number().min(0.05).max(300).default(5),
  degraded_for: z.int().min(1).default(2),
  unavailable_for: z.int().min(1).default(3),
});

const ProxySchema = z.strictObject({
  /** The file that holds nothing but the upstream; argo-bot owns it. */
  upstream_file: AbsolutePath,
  upstream: z.string().regex(/^[a-z][a-z0-9_]*$/, 'use an nginx upstream name'),
  /** Where users reach the service, as the host itself sees it. */
  public_url: z
    .url({ protocol: /^http$/, error: 'use an address that starts with http://' })
    .default('http://127.0.0.1'),
});

export const EnvironmentSchema = z.strictObject({
  hosts: z.array(HostSchema).min(1).max(50),
  root: AbsolutePath,
  strategy: z.enum(['proxy']).default('proxy'),
  slots: z.strictObject({ blue: SlotSchema, green: SlotSchema }),
  proxy: ProxySchema,
  config_file: z.string().min(1).optional(),
  /** Further places that must hold the same config, such as a legacy directory. */
  config_locations: z.array(AbsolutePath).default([]),
  watch: WatchSchema.prefault({}),
  approval: ApprovalSchema.prefault({}),
  access: AccessSchema.prefault({}),
  keep_releases: z.int().min(2).max(50).default(5),
  old_slot: z.enum(['warm', 'stopped']).default('warm'),
});

const SourceSchema = z.union([
  z.strictObject({
    git: z.string().min(1),
    branch: OneLine.default('main'),
    directory: RelativePath.or(z.literal('.')).default('.'),
  }),
  z.strictObject({
    path: z.string().min(1),
    directory: RelativePath.or(z.literal('.')).default('.'),
  }),
]);

export const ServiceSchema = z.strictObject({
  source: SourceSchema,
  files: z
    .strictObject({
      required: z.array(OneLine).default([]),
      ignore_file: RelativePath.default('.deployignore'),
      max_file_bytes: z.int().positive().default(50_000_000),
    })
    .prefault({}),
  checks: z
    .strictObject({
      python: z.boolean().default(true),
      commands: z
        .array(
          z.strictObject({
            name: OneLine,
            run: z.array(OneLine).min(1),
            timeout_seconds: Seconds.default(600),
          }),
        )
        .default([]),
    })
    .prefault({}),
  entry: RelativePath.optional(),
  python: PythonSchema.optional(),
  unit: UnitSchema,
  health: HealthSchema,
  smoke: z.array(SmokeSchema).default([]),
  config: z
    .strictObject({
      /** Relative to the checkout, or absolute on the bot's machine; an environment may override it. */
      file: z.string().min(1),
      target: RelativePath.default('config.json'),
      rules: z.array(ConfigRuleSchema).default([]),
    })
    .optional(),
  min_free_mb: z.int().min(0).default(500),
  environments: z.record(Name, EnvironmentSchema).refine((e) => Object.keys(e).length > 0, {
    message: 'declare at least one environment',
  }),
});

export const SettingsSchema = z.strictObject({
  services: z.record(Name, ServiceSchema).refine((s) => Object.keys(s).length > 0, {
    message: 'declare at least one service',
  }),
});

export type Settings = z.infer<typeof SettingsSchema>;
export type ServiceSettings = z.infer<typeof ServiceSchema>;
export type EnvironmentSettings = z.infer<typeof EnvironmentSchema>;
export type Access = z.infer<typeof AccessSchema>;
export type Role = Exclude<keyof Access, 'channels'>;

/** The settings of one service in one environment: what a deployment runs with. */
export interface Target {
  service: string;
  environment: string;
  settings: ServiceSettings;
  place: EnvironmentSettings;
}

export type FoundTarget =
  | { kind: 'found'; target: Target }
  | { kind: 'unknown'; what: 'service' | 'environment'; name: string; known: string[] }
  | { kind: 'ambiguous'; what: 'service' | 'environment'; known: string[] };

/** Finds a target by names; a name may be left out where there is only one. */
export function findTarget(
  settings: Settings,
  service?: string,
  environment?: string,
): FoundTarget {
  const services = Object.keys(settings.services);
  const name = service ?? (services.length === 1 ? services[0] : undefined);
  if (name === undefined) return { kind: 'ambiguous', what: 'service', known: services };
  const found = Object.hasOwn(settings.services, name) ? settings.services[name] : undefined;
  if (!found) return { kind: 'unknown', what: 'service', name, known: services };
  const environments = Object.keys(found.environments);
  const where = environment ?? (environments.length === 1 ? environments[0] : undefined);
  if (where === undefined) return { kind: 'ambiguous', what: 'environment', known: environments };
  const place = Object.hasOwn(found.environments, where) ? found.environments[where] : undefined;
  if (!place) return { kind: 'unknown', what: 'environment', name: where, known: environments };
  return { kind: 'found', target: { service: name, environment: where, settings: found, place } };
}
