// Reads the environment variables of the process from their schema.
import { z } from 'zod';
import { EnvironmentSchema } from '../../src/argo-yml/environment.ts';

export interface Variable {
  name: string;
  default: string | undefined;
}

/** Texts as they are, numbers as digits. */
const asText = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value);

export function variablesOf(): Variable[] {
  const { oneOf = [], anyOf = [] } = z.toJSONSchema(EnvironmentSchema, { io: 'input' });
  const found = new Map<string, Variable>();
  for (const { properties = {} } of [...oneOf, ...anyOf])
    for (const [name, node] of Object.entries(properties)) {
      const value = typeof node === 'object' ? node.default : undefined;
      found.set(name, { name, default: value === undefined ? undefined : asText(value) });
    }
  return [...found.values()];
}
