import { z } from 'zod';
import { OneLine } from './names.ts';

export const ConfigRuleSchema = z.strictObject({
  key: OneLine,
  required: z.boolean().optional(),
  type: z.enum(['string', 'number', 'boolean', 'object', 'array']).optional(),
  length: z.int().positive().optional(),
  pattern: z.string().optional(),
  one_of: z.array(z.union([z.string(), z.number(), z.boolean()])).optional(),
  forbidden: z.boolean().optional(),
});
