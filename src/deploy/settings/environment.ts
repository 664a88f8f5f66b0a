import { z } from 'zod';
import { AccessSchema, ApprovalSchema } from './access.ts';
import { HostSchema } from './host.ts';
import { AbsolutePath, Port } from './names.ts';
import { HostHeader } from './request-headers.ts';

const SlotSchema = z.strictObject({ port: Port });

const WatchSchema = z.strictObject({
  checks: z.int().min(1).max(10_000).default(60),
  interval_seconds: z.number().min(0.05).max(300).default(5),
  degraded_for: z.int().min(1).default(2),
  unavailable_for: z.int().min(1).default(3),
  /** So long a host waits to hear of the bot before it goes back from an unhealthy release by itself. */
  guard_after_seconds: z.int().min(5).max(3_600).default(60),
});

const PublicUrl = z.url({ protocol: /^http$/, error: 'use an address that starts with http://' });
const UnitName = z
  .string()
  .regex(
    /^[A-Za-z0-9_:][A-Za-z0-9:_.@-]{0,199}$/,
    'use the name of a unit, of letters, digits and : _ . @ -',
  )
  .transform((name) => name.replace(/\.service$/, ''));

const ProxySchema = z.strictObject({
  /** The file that holds nothing but the upstream; argo-bot owns it. */
  upstream_file: AbsolutePath,
  /** As nginx takes it: any word that is no address, and that neither its grammar nor an address would cut. */
  upstream: z
    .string()
    .regex(
      /^(?!unix$)[^\s\p{Cc};{}$'"\\#/:?]{1,128}$/u,
      'use the name of the upstream as in nginx: one word without / : ? ; { } $ # or quotes',
    ),
  /** Where users reach the service, as the host itself sees it. */
  public_url: PublicUrl.default('http://127.0.0.1'),
});

/** What every environment has, however its service is moved to a release. */
const where = { hosts: z.array(HostSchema).min(1).max(50), root: AbsolutePath };
const rules = {
  config_file: z.string().min(1).optional(),
  /** Further places that must hold the same config, such as a legacy directory. */
  config_locations: z.array(AbsolutePath).default([]),
  /** Instead of health.host, where each environment has a name of its own. */
  health_host: HostHeader.optional(),
  watch: WatchSchema.prefault({}),
  approval: ApprovalSchema.prefault({}),
  access: AccessSchema.prefault({}),
  keep_releases: z.int().min(2).max(50).default(5),
};

/** Two slots run side by side, and a proxy moves users from one to the other. */
const ProxyEnvironmentSchema = z.strictObject({
  ...where,
  // Optional inside the union, so that an environment that names no strategy is found to be this one.
  strategy: z
    .literal('proxy')
    .optional()
    .transform((): 'proxy' => 'proxy'),
  slots: z.strictObject({ blue: SlotSchema, green: SlotSchema }),
  proxy: ProxySchema,
  ...rules,
  old_slot: z.enum(['warm', 'stopped']).default('stopped'),
});

/** No proxy: one unit on one port, which is stopped and started again as the new release. */
const RestartEnvironmentSchema = z.strictObject({
  ...where,
  strategy: z.literal('restart'),
  port: Port,
  /** Where users reach the service, as the host itself sees it; undefined: at its port. */
  public_url: PublicUrl.optional(),
  /** With or without `.service`; undefined: the service's name. A unit that was written by hand is taken over by it. */
  unit_name: UnitName.optional(),
  ...rules,
});

export const EnvironmentSchema = z.discriminatedUnion('strategy', [
  ProxyEnvironmentSchema,
  RestartEnvironmentSchema,
]);
