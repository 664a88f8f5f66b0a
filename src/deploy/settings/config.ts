// Describes config in argo.yml: rules for its keys, and probes that try a key with its provider.
import { z } from 'zod';
import { HeaderName, HttpStatus, isRegExp, Name, OneLine, RelativePath } from './names.ts';

/** A limit of a number. It is a text if a JavaScript number would lose digits; argo-yml/argo-yml.ts decides that. */
const Bound = z.union([
  z.number(),
  z.string().regex(/^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/, 'use a number'),
]);

const ConfigRuleSchema = z
  .strictObject({
    /** Dotted key: `massive.api_key`. */
    key: OneLine,
    required: z.boolean().optional(),
    type: z.enum(['string', 'number', 'integer', 'boolean', 'object', 'array']).optional(),
    /** Number of characters of a text, or of items of a list. */
    length: z.int().positive().optional(),
    min_length: z.int().positive().optional(),
    max_length: z.int().positive().optional(),
    /** Smallest allowed number; `max` is the largest. */
    min: Bound.optional(),
    max: Bound.optional(),
    pattern: z.string().refine(isRegExp, 'is not a regular expression').optional(),
    one_of: z.array(z.union([z.string(), z.number(), z.boolean()])).optional(),
    forbidden: z.boolean().optional(),
    /** True masks the value everywhere, even a word, a host or a short number. */
    secret: z.boolean().optional(),
    /** Rejects placeholder values such as CHANGEME; the default for required keys. */
    not_placeholder: z.boolean().optional(),
  })
  .refine((rule) => !(rule.required && rule.forbidden), 'a key cannot be required and forbidden')
  .refine(
    ({ min, max, min_length, max_length }) =>
      Number(min ?? -Infinity) <= Number(max ?? Infinity) &&
      (min_length ?? 0) <= (max_length ?? Infinity),
    'the least allowed is more than the most allowed',
  );
export type ConfigRule = z.infer<typeof ConfigRuleSchema>;

/** Matches the placeholders of a probe: the value of its own key, or of another key. */
export const PLACES = /\{value\}|\{config:([^{}]+)\}/g;

/** Address of a probe. TLS is required, except to this machine. The host name has no placeholder. */
const ADDRESS =
  /^(?:https:\/\/[A-Za-z0-9.-]+|http:\/\/(?:127\.0\.0\.1|localhost))(?::\d{1,5})?(?:[/?][^\s#\\]*)?$/;

/** A request that tries a key at its provider. Rules cannot find a typo that keeps the key's length. */
export const ConfigProbeSchema = z
  .strictObject({
    name: OneLine,
    /** Dotted key. `{value}` is its value, `{config:other.key}` that of another key. */
    key: OneLine,
    url: z
      .string()
      .regex(ADDRESS, 'use an https:// address, with {value} in its path or query only')
      .refine((url) => URL.canParse(url.replaceAll(PLACES, 'x')), 'is not an address'),
    headers: z.record(HeaderName, OneLine).default({}),
    /** Environments in which the probe runs; undefined: all. Test keys work only with test providers. */
    environments: z.array(Name).min(1).optional(),
    from: z.enum(['bot', 'host']).default('bot'),
    /** HTTP statuses with which the provider accepts the key. */
    status: z.array(HttpStatus).min(1).default([200]),
    /** HTTP statuses with which the provider rejects the key. */
    refused: z.array(HttpStatus).default([401, 403]),
    timeout_seconds: z.number().positive().max(30).default(5),
    /** What happens if the provider does not answer, which says nothing about the key. */
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

export const ConfigSchema = z.strictObject({
  /** Relative to the checkout, or absolute on the bot's machine; an environment may override it. */
  file: z.string().min(1),
  target: RelativePath.default('config.json'),
  /** Syntax of a .env file; undefined: systemd if the unit reads the file as EnvironmentFile=, else dotenv. */
  dialect: z.enum(['systemd', 'dotenv']).optional(),
  /** YAML version of the config; undefined: 1.1 for a Python service (PyYAML), else 1.2. */
  yaml: z.enum(['1.1', '1.2']).optional(),
  rules: z.array(ConfigRuleSchema).default([]),
  /** Keys whose values may be shown, `*` matches any text; all others are secret. */
  public: z.array(OneLine).default([]),
  probes: z.array(ConfigProbeSchema).default([]),
});
