import { z } from 'zod';
import { AccessSchema, ApprovalSchema } from './access.ts';
import { HostSchema } from './host.ts';
import { AbsolutePath, Port } from './names.ts';

const SlotSchema = z.strictObject({ port: Port });

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
