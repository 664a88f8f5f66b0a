import { z } from 'zod';
import { Name, OneLine } from './names.ts';

/** What a probe's address may carry besides plain text: the value of its key, or of another. */
export const PLACES = /\{value\}|\{config:([^{}]+)\}/g;

/** Over the network only with TLS; to this machine itself plain HTTP is as good. No key in the name of a host. */
const ADDRESS =
  /^(?:https:\/\/[A-Za-z0-9.-]+|http:\/\/(?:127\.0\.0\.1|localhost))(?::\d{1,5})?(?:[/?][^\s#\\]*)?$/;

const Status = z.int().min(100).max(599);

/** A request made with a key: the only thing that finds a typo of the right length. */
export const ConfigProbeSchema = z
  .strictObject({
    name: OneLine,
    /** Dotted, as in the rules. `{value}` stands for its value, `{config:other.key}` for another one's. */
    key: OneLine,
    url: z
      .string()
      .regex(ADDRESS, 'use an https:// address, with {value} in its path or query only')
      .refine((url) => URL.canParse(url.replaceAll(PLACES, 'x')), 'is not an address'),
    headers: z
      .record(z.string().regex(/^[A-Za-z0-9-]+$/, 'use the name of a header'), OneLine)
      .default({}),
    /** Where it is made; left out: in all of them. Test keys are known to test providers only. */
    environments: z.array(Name).min(1).optional(),
    from: z.enum(['bot', 'host']).default('bot'),
    /** Answers that mean: the provider takes the key. */
    status: z.array(Status).min(1).default([200]),
    /** Answers that mean: it does not. */
    refused: z.array(Status).default([401, 403]),
    timeout_seconds: z.number().positive().max(30).default(5),
    /** What an outage of the provider does to a deployment; it says nothing about the key. */
    unreachable: z.enum(['warn', 'stop']).default('warn'),
  })
  .refine(
    ({ key, url, headers }) =>
      [url, ...Object.values(headers)].some(
        (text) => text.includes('{value}') || text.includes(`{config:${key}}`),
      ),
    'sends no key: put {value} into its url or one of its headers',
  )
  .refine(({ status, refused }) => !status.some((one) => refused.includes(one)), {
    message: 'the same answer cannot mean both that the key is taken and that it is refused',
  });
export type ConfigProbe = z.infer<typeof ConfigProbeSchema>;
