// Reads every setting of argo.yml from its JSON Schema: path, type, default.
import type { z } from 'zod';
import { settingsJsonSchema } from '../../src/argo-yml/schema.ts';

type Node = z.core.JSONSchema.BaseSchema;

export interface Setting {
  /** `environments.<name>.hosts[].port` */
  path: string;
  type: string;
  default: string | undefined;
  required: boolean;
}

/** The settings in the order of the schema, each once. */
export function settingsOf(): Setting[] {
  const found = new Map<string, Setting>();
  collect(settingsJsonSchema(), '', found);
  return [...found.values()];
}

const variantsOf = ({ anyOf, oneOf }: Node): Node[] =>
  [...(anyOf ?? []), ...(oneOf ?? [])].flatMap(schemasIn);

/** Without the schemas `true` and `false`, which describe nothing. */
const schemasIn = (given: boolean | Node | (boolean | Node)[] | undefined): Node[] =>
  [given ?? []].flat().filter((one) => typeof one === 'object');

function collect(node: Node, path: string, found: Map<string, Setting>): void {
  const variants = variantsOf(node);
  const inAll = (name: string): boolean =>
    variants.every(({ properties, required }) => !properties || required?.includes(name));
  for (const variant of variants) collect(variant, path, found);
  for (const [name, child] of Object.entries(node.properties ?? {})) {
    const at = path === '' ? name : `${path}.${name}`;
    const required = node.required?.includes(name) === true;
    for (const schema of schemasIn(child)) {
      const setting = { path: at, type: typeOf(schema), default: defaultOf(schema), required };
      found.set(at, merged(found.get(at), setting));
      collect(schema, at, found);
    }
  }
  for (const name of new Set(variants.flatMap(({ properties }) => Object.keys(properties ?? {})))) {
    const setting = found.get(`${path}.${name}`);
    if (setting) setting.required = inAll(name);
  }
  for (const items of schemasIn(node.items)) collect(items, `${path}[]`, found);
  for (const values of schemasIn(node.additionalProperties))
    collect(values, `${path}.<name>`, found);
}

/** The same setting of two variants, such as `strategy`. */
function merged(known: Setting | undefined, setting: Setting): Setting {
  if (!known || known.type === setting.type) return setting;
  return { ...setting, type: `${known.type} or ${setting.type}` };
}

function defaultOf({ default: value }: Node): string | undefined {
  // The settings in a group have defaults of their own.
  if (value === undefined || JSON.stringify(value) === '{}') return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function typeOf(node: Node): string {
  const { type, items, properties, additionalProperties } = node;
  const values = node.enum ?? (node.const === undefined ? [] : [node.const]);
  if (values.length > 0) return values.map((value) => `\`${String(value)}\``).join(' or ');
  const variants = variantsOf(node);
  if (variants.length > 0) return [...new Set(variants.map(typeOf))].join(' or ');
  if (type === 'array') return `list of ${schemasIn(items).map(typeOf).map(plural).join('')}`;
  if (properties) return 'group';
  const [named] = schemasIn(additionalProperties);
  if (named) return `map to ${plural(typeOf(named))}`;
  return `${String(type)}${rangeOf(node)}`;
}

function rangeOf({ minimum, maximum }: Node): string {
  if (minimum !== undefined && maximum !== undefined) return ` from ${minimum} to ${maximum}`;
  if (minimum !== undefined) return ` of at least ${minimum}`;
  return maximum === undefined ? '' : ` of at most ${maximum}`;
}

const plural = (type: string): string => (/^[a-z]+$/.test(type) ? `${type}s` : type);
