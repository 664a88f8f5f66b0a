import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, resolve } from 'node:path';
import { type Document, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { Misconfigured } from '../deploy/errors.ts';
import { type Settings, SettingsSchema } from '../deploy/settings.ts';
import { crossChecks } from './cross-checks.ts';

/** Reads argo.yml. Fails with Misconfigured that names every mistake by its path and line. */
export function readSettings(file: string): Settings {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new Misconfigured(`${file} cannot be read`, {
      code: 'argo-yml-missing',
      next: 'Write it (argo.yml in the repository is an example), or point ARGO_CONFIG to it.',
      cause: error,
    });
  }
  return resolvePaths(parseSettings(text, file), dirname(resolve(file)));
}

export function parseSettings(text: string, file: string): Settings {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  if (document.errors.length > 0) {
    throw invalid(
      file,
      document.errors.map(({ message }) => message.split('\n')[0] ?? message),
    );
  }
  const value = expanded(document, file);
  const lineOf = (path: PropertyKey[]): string => {
    for (let length = path.length; length >= 0; length -= 1) {
      const node = document.getIn(path.slice(0, length), true);
      const range =
        typeof node === 'object' && node !== null && 'range' in node ? node.range : undefined;
      if (Array.isArray(range)) return `line ${lines.linePos(Number(range[0])).line}`;
    }
    return 'line 1';
  };
  const parsed = SettingsSchema.safeParse(value);
  if (!parsed.success) {
    const problems = parsed.error.issues.flatMap((issue) => explain(issue, value));
    throw invalid(
      file,
      problems.map(
        ({ path, text: what }) => `${lineOf(path)}, ${path.join('.') || 'the file'}: ${what}`,
      ),
    );
  }
  const crossed = crossChecks(parsed.data);
  if (crossed.length > 0) {
    throw invalid(
      file,
      crossed.map(({ path, text: what }) => `${lineOf(path)}, ${path.join('.')}: ${what}`),
    );
  }
  return parsed.data;
}

/** Aliases are followed here: an unknown one, or a file that grows without end, is a mistake like any other. */
function expanded(document: Document, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw invalid(file, [`its aliases: ${error instanceof Error ? error.message : String(error)}`]);
  }
}

function invalid(file: string, problems: string[]): Misconfigured {
  const count = problems.length === 1 ? 'a mistake' : `${problems.length} mistakes`;
  return new Misconfigured(
    `${file} has ${count}:\n${problems.map((line) => `  - ${line}`).join('\n')}`,
    {
      code: 'argo-yml',
      next: 'Correct these and start again; nothing was started or changed.',
    },
  );
}

interface Problem {
  path: PropertyKey[];
  text: string;
}

/** What is wrong in a person's words, with the kind of what stands there instead of its value. */
function explain(issue: z.core.$ZodIssue, root: unknown): Problem[] {
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
      if (issue.errors.length === 0 && 'options' in issue) {
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

function kindAt(root: unknown, path: PropertyKey[]): string {
  let value = root;
  for (const part of path) {
    value =
      typeof value === 'object' && value !== null
        ? Object.getOwnPropertyDescriptor(value, part)?.value
        : undefined;
  }
  if (value === undefined) return 'nothing';
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a mapping' : `a ${typeof value}`;
}

/** A union of plain kinds, such as a string or a number. */
function isKind(issue: z.core.$ZodIssue): issue is z.core.$ZodIssueInvalidType {
  return issue.code === 'invalid_type' && issue.path.length === 0;
}

/** YAML's words for what zod expects. */
function kindOf(expected: string): string {
  const words: Record<string, string> = {
    object: 'a mapping',
    record: 'a mapping',
    array: 'a list',
    int: 'a whole number',
    null: 'null',
  };
  return Object.hasOwn(words, expected) ? (words[expected] ?? '') : `a ${expected}`;
}

/** Paths on the bot's machine count from argo.yml, wherever the process was started. */
function resolvePaths(settings: Settings, folder: string): Settings {
  const from = (path: string): string => (isAbsolute(path) ? path : resolve(folder, path));
  for (const service of Object.values(settings.services)) {
    if ('path' in service.source) service.source.path = from(service.source.path);
    else if (/^\.{0,2}\//.test(service.source.git)) service.source.git = from(service.source.git);
    for (const place of Object.values(service.environments)) {
      for (const host of place.hosts) host.identity_file = from(host.identity_file);
    }
  }
  return settings;
}
