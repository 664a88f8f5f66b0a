// Turns the mistakes in argo.yml that zod found into messages for people.
import type { z } from 'zod';
import { SettingsSchema } from '../deploy/settings/settings.ts';

export interface Problem {
  path: PropertyKey[];
  text: string;
}

/** Returns all issues. zod skips the settings beside a wrong `strategy`, so validates them again with a correct one. */
export function issuesOf(error: z.ZodError, root: unknown): z.core.$ZodIssue[] {
  const undecided = error.issues.filter(isUndecided);
  if (undecided.length === 0) return error.issues;
  const guessed: unknown = structuredClone(root);
  for (const { path, options } of undecided) {
    const place = at(guessed, path.slice(0, -1));
    const name = path.at(-1);
    if (typeof place !== 'object' || place === null || name === undefined) continue;
    // Only an environment with `strategy: restart` has `port`.
    const guess = 'port' in place ? 'restart' : 'proxy';
    Reflect.set(place, name, options?.includes(guess) ? guess : options?.[0]);
  }
  const again = SettingsSchema.safeParse(guessed);
  const rest = (again.error?.issues ?? []).filter((issue) => !isUndecided(issue));
  return [...undecided, ...rest];
}

type Undecided = z.core.$ZodIssueInvalidUnion & { options?: readonly unknown[] };

function isUndecided(issue: z.core.$ZodIssue): issue is Undecided {
  return issue.code === 'invalid_union' && issue.errors.length === 0 && 'options' in issue;
}

/** Explains an issue. Names the type of a wrong value, not the value, which may be secret. */
export function explain(issue: z.core.$ZodIssue, root: unknown): Problem[] {
  const { path } = issue;
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((name) => ({
        path: [...path, name],
        text: 'is not a setting; check its spelling',
      }));
    case 'invalid_type': {
      const found = kindAt(root, path);
      const text =
        found === 'nothing'
          ? `is missing; expected ${kindOf(issue.expected)}`
          : `is ${found}; expected ${kindOf(issue.expected)}`;
      return [{ path, text }];
    }
    case 'invalid_value':
      return [{ path, text: `must be ${issue.values.map(String).join(' or ')}` }];
    case 'invalid_union': {
      if (isUndecided(issue)) {
        const names = (issue.options ?? []).filter((name) => name !== undefined);
        return [{ path, text: `must be ${names.map(String).join(' or ')}` }];
      }
      const kinds = issue.errors
        .flat()
        .map((inner) => (isKind(inner) ? kindOf(inner.expected) : ''));
      if (kinds.every((kind) => kind !== '')) {
        return [{ path, text: `is ${kindAt(root, path)}; expected ${kinds.join(' or ')}` }];
      }
      const nearest = issue.errors.toSorted((a, b) => a.length - b.length)[0] ?? [];
      return nearest.flatMap((inner) =>
        explain({ ...inner, path: [...path, ...inner.path] }, root),
      );
    }
    case 'invalid_key':
      return [{ path, text: issue.issues[0]?.message ?? 'is not a usable name' }];
    case 'too_small':
      return [{ path, text: `is too small or empty; at least ${issue.minimum} is wanted` }];
    case 'too_big':
      return [{ path, text: `is too big; at most ${issue.maximum} is allowed` }];
    case 'custom':
    case 'invalid_element':
    case 'invalid_format':
    case 'not_multiple_of':
      return [{ path, text: issue.message }];
  }
}

function at(root: unknown, path: PropertyKey[]): unknown {
  let value = root;
  for (const part of path) {
    value =
      typeof value === 'object' && value !== null
        ? Object.getOwnPropertyDescriptor(value, part)?.value
        : undefined;
  }
  return value;
}

function kindAt(root: unknown, path: PropertyKey[]): string {
  const value = at(root, path);
  if (value === undefined) return 'nothing';
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a mapping' : `a ${typeof value}`;
}

/** True if the value itself has the wrong type, such as a string instead of a number. */
function isKind(issue: z.core.$ZodIssue): issue is z.core.$ZodIssueInvalidType {
  return issue.code === 'invalid_type' && issue.path.length === 0;
}

/** Returns YAML's name for a type of zod. */
function kindOf(expected: string): string {
  const words: Record<string, string> = {
    object: 'a mapping',
    record: 'a mapping',
    array: 'a list',
    int: 'a whole number',
    null: 'null',
  };
  return words[expected] ?? `a ${expected}`;
}
