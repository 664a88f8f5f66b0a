// Reads argo.yml: parses and validates it, and resolves its paths.
import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, resolve } from 'node:path';
import { type Document, LineCounter, parseDocument, visit } from 'yaml';
import { Misconfigured } from '../deploy/record/errors.ts';
import { type Settings, SettingsSchema } from '../deploy/settings/settings.ts';
import { messageOf } from '../deploy/untrusted/unknown-error.ts';
import { crossChecks } from './cross-checks.ts';
import { explain, issuesOf } from './explain.ts';
import { unreadableSettings } from './unreadable-settings.ts';

/** Reads argo.yml. Fails with Misconfigured, which names each mistake by path and line. */
export function readSettings(file: string): Settings {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw unreadableSettings(file, error);
  }
  return resolvePaths(parseSettings(text, file), dirname(resolve(file)));
}

/** Parses the text of argo.yml. `file` is only used in messages. Fails with Misconfigured. */
export function parseSettings(text: string, file: string): Settings {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  if (document.errors.length > 0) {
    throw invalid(
      file,
      document.errors.map(({ message }) => message.split('\n')[0] ?? message),
    );
  }
  const value = expandAliases(document, file);
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
  const problems = parsed.success
    ? crossChecks(parsed.data)
    : issuesOf(parsed.error, value).flatMap((issue) => explain(issue, value));
  if (parsed.success && problems.length === 0) return parsed.data;
  throw invalid(
    file,
    problems.map(
      ({ path, text: what }) => `${lineOf(path)}, ${path.join('.') || 'the file'}: ${what}`,
    ),
  );
}

/** Returns the document with YAML aliases expanded. Reports an unknown alias, or too many aliases, as a mistake. */
function expandAliases(document: Document, file: string): unknown {
  keepLongNumbersAsText(document);
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw invalid(file, [`its aliases: ${messageOf(error)}`]);
  }
}

/** Keeps a number as text if JavaScript would lose digits of it, such as a 64-bit id in a rule for the config. */
function keepLongNumbersAsText(document: Document): void {
  visit(document, {
    Scalar(_key, node) {
      const { value, source } = node;
      if (typeof value !== 'number' || source === undefined || !/^[+-]?[\d.]+$/.test(source))
        return;
      if (source.replaceAll(/\D/g, '').length > 15 && String(value) !== source) node.value = source;
    },
  });
}

function invalid(file: string, problems: string[]): Misconfigured {
  const count = problems.length === 1 ? 'a mistake' : `${problems.length} mistakes`;
  return new Misconfigured(
    `${file} has ${count}:\n${problems.map((line) => `  - ${line}`).join('\n')}`,
    {
      code: 'argo-yml',
      next: 'Correct these lines, then repeat the command. Nothing was started or changed.',
    },
  );
}

/** Resolves paths on the bot's machine. They are relative to the folder of argo.yml, not to the working directory. */
function resolvePaths(settings: Settings, folder: string): Settings {
  const from = (path: string): string => (isAbsolute(path) ? path : resolve(folder, path));
  for (const service of Object.values(settings.services)) {
    if ('path' in service.source) service.source.path = from(service.source.path);
    else if (/^\.{0,2}\//.test(service.source.git)) service.source.git = from(service.source.git);
    for (const name of ['allowed_signers', 'allowed_gpg_keys'] as const) {
      const file = service.source[name];
      if (file !== undefined) service.source[name] = from(file);
    }
    for (const place of Object.values(service.environments)) {
      for (const host of place.hosts) host.identity_file = from(host.identity_file);
    }
  }
  return settings;
}
