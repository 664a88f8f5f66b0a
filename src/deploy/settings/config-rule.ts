// Describes a rule in argo.yml for a config key: required, type, length, range, pattern, secret.
import { z } from 'zod';
import { OneLine, isRegExp } from './names.ts';

/** A number with more digits than a double stays text (argo-yml/argo-yml.ts). */
const Bound = z.union([
  z.number(),
  z.string().regex(/^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/, 'use a number'),
]);

export const ConfigRuleSchema = z
  .strictObject({
    /** Dotted key: `massive.api_key`. */
    key: OneLine,
    required: z.boolean().optional(),
    type: z.enum(['string', 'number', 'integer', 'boolean', 'object', 'array']).optional(),
    /** Number of characters of a text, or of items of a list. */
    length: z.int().positive().optional(),
    min_length: z.int().positive().optional(),
    max_length: z.int().positive().optional(),
    /** For numbers. */
    min: Bound.optional(),
    max: Bound.optional(),
    pattern: z.string().refine(isRegExp, 'is not a regular expression').optional(),
    one_of: z.array(z.union([z.string(), z.number(), z.boolean()])).optional(),
    forbidden: z.boolean().optional(),
    /** Always masked, even a word, a host or a short number. */
    secret: z.boolean().optional(),
    /** Rejects placeholders such as CHANGEME; the default for required keys. */
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
