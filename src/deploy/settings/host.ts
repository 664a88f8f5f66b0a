// Describes a host in argo.yml: address, login, pinned host keys and identity file.
import { z } from 'zod';
import { Name, Port, UserName } from './names.ts';

export const HostSchema = z.strictObject({
  name: Name,
  address: z
    .string()
    .regex(
      /^(?:\[[\da-fA-F:.]+(?:%[\w.-]+)?\]|[A-Za-z0-9_:][A-Za-z0-9._:%-]*)$/,
      'use a host name or an IP address',
    )
    // Accepts `[2001:db8::1]`, the form of URLs.
    .transform((address) => address.replace(/^\[|\]$/g, '')),
  port: Port.default(22),
  user: UserName.default('root'),
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
