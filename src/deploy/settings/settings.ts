// Describes argo.yml: services with their environments, and finds the target of a request.
import { z } from 'zod';
import type { AccessSchema } from './access.ts';
import { ConfigSchema } from './config.ts';
import { EnvironmentSchema } from './environment.ts';
import { HealthSchema, SmokeSchema } from './health.ts';
import { Name, OneLine, RelativePath } from './names.ts';
import { ChecksSchema } from './checks.ts';
import { PythonSchema } from './python.ts';
import { SourceSchema } from './source.ts';
import { UnitSchema } from './unit.ts';

export const FilesSchema = z
  .strictObject({
    /** Paths or globs that must be in the release. */
    required: z.array(OneLine).default([]),
    /** Paths or globs of files that the service decrypts itself. Any other encrypted file is refused. */
    encrypted: z.array(OneLine).default([]),
    ignore_file: RelativePath.default('.deployignore'),
    max_file_bytes: z.int().positive().default(50_000_000),
    max_release_bytes: z.int().positive().default(1_000_000_000),
  })
  .prefault({});

export const ServiceSchema = z.strictObject({
  source: SourceSchema,
  files: FilesSchema,
  checks: ChecksSchema,
  entry: RelativePath.optional(),
  python: PythonSchema.optional(),
  unit: UnitSchema,
  health: HealthSchema,
  smoke: z.array(SmokeSchema).default([]),
  config: ConfigSchema.optional(),
  min_free_mb: z.int().min(0).default(500),
  environments: z.record(Name, EnvironmentSchema).refine((e) => Object.keys(e).length > 0, {
    message: 'declare at least one environment',
  }),
});

export const SettingsSchema = z.strictObject({
  /** Address at which people read docs/ of this version. Failure messages link to it. */
  docs_url: z
    .string()
    .regex(
      /^https?:\/\/[^\s<>|]+$/,
      'use an address such as https://git.example.com/tools/argo-bot/blob/main/docs',
    )
    .optional(),
  services: z.record(Name, ServiceSchema).refine((s) => Object.keys(s).length > 0, {
    message: 'declare at least one service',
  }),
});

export type Settings = z.infer<typeof SettingsSchema>;
export type ServiceSettings = z.infer<typeof ServiceSchema>;
export type EnvironmentSettings = z.infer<typeof EnvironmentSchema>;
export type ProxySettings = Extract<EnvironmentSettings, { strategy: 'proxy' }>['proxy'];
export type Access = z.infer<typeof AccessSchema>;
export type Role = Exclude<keyof Access, 'channels'>;

/** The settings of one service in one environment, with which a deployment runs. */
export interface Target {
  service: string;
  environment: string;
  settings: ServiceSettings;
  place: EnvironmentSettings;
  docs?: string | undefined;
  /** The flags that a command in Slack needs to name this target; '' if it is the only one. */
  flags?: string;
}

export type FoundTarget =
  | { kind: 'found'; target: Target }
  | { kind: 'unknown'; what: 'service' | 'environment'; name: string; known: string[] }
  | { kind: 'ambiguous'; what: 'service' | 'environment'; known: string[] };

/** Finds a target by names. A service or environment may be unnamed if there is only one. */
export function findTarget(
  settings: Settings,
  service?: string,
  environment?: string,
): FoundTarget {
  const services = Object.keys(settings.services);
  const name = service ?? (services.length === 1 ? services[0] : undefined);
  if (name === undefined) return { kind: 'ambiguous', what: 'service', known: services };
  const targets = allTargets(settings).filter((target) => target.service === name);
  if (targets.length === 0) return { kind: 'unknown', what: 'service', name, known: services };
  const environments = targets.map((target) => target.environment);
  const where = environment ?? (environments.length === 1 ? environments[0] : undefined);
  if (where === undefined) return { kind: 'ambiguous', what: 'environment', known: environments };
  const found = targets.find((target) => target.environment === where);
  if (!found) return { kind: 'unknown', what: 'environment', name: where, known: environments };
  return { kind: 'found', target: found };
}

/** Returns one target for each environment of each service. */
export function allTargets(settings: Settings): Target[] {
  return Object.entries(settings.services).flatMap(([service, of]) =>
    Object.entries(of.environments).map(([environment, place]) => ({
      service,
      environment,
      settings: of,
      place,
      docs: settings.docs_url,
      flags: flagsFor(settings, service, environment),
    })),
  );
}

function flagsFor({ services }: Settings, service: string, environment: string): string {
  const environments = Object.keys(services[service]?.environments ?? {});
  return [
    ...(Object.keys(services).length > 1 ? [`--service ${service}`] : []),
    ...(environments.length > 1 ? [`--env ${environment}`] : []),
  ].join(' ');
}
