// Describes an environment in argo.yml: hosts, root, strategy, slots, proxy, watch, kept releases.
import { z } from 'zod';
import { Name, Port, UserName, AbsolutePath } from './names.ts';
import { AccessSchema, ApprovalSchema } from './access.ts';
import { HostHeader } from './health.ts';

const HostSchema = z.strictObject({
  name: Name,
  address: z
    .string()
    .regex(
      /^(?:\[[\da-fA-F:.]+(?:%[\w.-]+)?\]|[A-Za-z0-9_:][A-Za-z0-9._:%-]*)$/,
      'use a host name or an IP address',
    )
    // Removes the brackets of `[2001:db8::1]`, which URLs need and ssh does not accept.
    .transform((address) => address.replace(/^\[|\]$/g, '')),
  port: Port.default(22),
  user: UserName.default('root'),
  /** The only SSH keys that the bot accepts from the host, as in known_hosts without the address. */
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

const WatchSchema = z.strictObject({
  checks: z.int().min(1).max(10_000).default(60),
  interval_seconds: z.number().min(0.05).max(300).default(5),
  degraded_for: z.int().min(1).default(2),
  unavailable_for: z.int().min(1).default(3),
  /** After so many seconds without contact to the bot, the guard on a host rolls back an unhealthy release. */
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
  /** nginx file that contains only the upstream. argo-bot overwrites it at each switch. */
  upstream_file: AbsolutePath,
  /** Name of the upstream: a word that nginx accepts, and that is no address. */
  upstream: z
    .string()
    .regex(
      /^(?!unix$)[^\s\p{Cc};{}$'"\\#/:?]{1,128}$/u,
      'use the name of the upstream as in nginx: one word without / : ? ; { } $ # or quotes',
    ),
  /** The address that users request, as reached from the host. */
  public_url: PublicUrl.default('http://127.0.0.1'),
});

/** Settings of both strategies: `where` comes before the strategy's own settings, `rules` after them. */
const where = { hosts: z.array(HostSchema).min(1).max(50), root: AbsolutePath };
const rules = {
  config_file: z.string().min(1).optional(),
  /** More paths to which the config is copied, such as one in a legacy directory. */
  config_locations: z.array(AbsolutePath).default([]),
  /** Replaces health.host in this environment. */
  health_host: HostHeader.optional(),
  watch: WatchSchema.prefault({}),
  approval: ApprovalSchema.prefault({}),
  access: AccessSchema.prefault({}),
  keep_releases: z.int().min(2).max(50).default(5),
};

/** Two slots run side by side, and a proxy moves users from one to the other. */
const ProxyEnvironmentSchema = z.strictObject({
  ...where,
  // Optional in this schema of the union, so that an environment without `strategy` is a `proxy` one.
  strategy: z
    .literal('proxy')
    .optional()
    .transform((): 'proxy' => 'proxy'),
  slots: z.strictObject({ blue: SlotSchema, green: SlotSchema }),
  proxy: ProxySchema,
  ...rules,
  old_slot: z.enum(['warm', 'stopped']).default('stopped'),
});

/** Without a proxy, one unit on one port is restarted with the new release. */
const RestartEnvironmentSchema = z.strictObject({
  ...where,
  strategy: z.literal('restart'),
  port: Port,
  /** The address that users request, as reached from the host; undefined: the service's own port. */
  public_url: PublicUrl.optional(),
  /** Name of the systemd unit; undefined: the service's name. A hand-written unit of that name is replaced. */
  unit_name: UnitName.optional(),
  ...rules,
});

export const EnvironmentSchema = z.discriminatedUnion('strategy', [
  ProxyEnvironmentSchema,
  RestartEnvironmentSchema,
]);
