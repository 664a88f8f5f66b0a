// Decides how a service reads its config (YAML version, .env dialect), and which rules and probes apply.
import { configFileOf } from '../settings/layout.ts';
import path from 'node:path';
import { disclosureOf } from './disclosure.ts';
import type { Target } from '../settings/settings.ts';
import { renderUnit } from '../unit/unit-file.ts';

/** How the service reads its config. argo-bot reads it in the same way, to check the values that the service gets. */
export interface ConfigReading {
  yaml: '1.1' | '1.2';
  dialect: 'systemd' | 'dotenv';
  /** True if argo.yml sets the dialect. */
  declared: boolean;
  /** True if Python reads the config: its JSON parser, for example, also accepts NaN. */
  python: boolean;
  /** File names of the config. `encrypted` has paths and globs of files that the service decrypts itself. */
  names: string[];
  encrypted: string[];
}

export function declaredConfig(target: Target, template?: string) {
  const { rules = [], probes = [] } = target.settings.config ?? {};
  const here = probes.filter(
    ({ environments }) => environments?.includes(target.environment) ?? true,
  );
  const reading = configReading(target, template);
  return { rules, probes: here, disclosure: disclosureOf(target), reading };
}

/** Returns what argo.yml declares, else what fits the service's language and unit. `template`: the team's unit. */
function configReading(target: Target, template: string | undefined): ConfigReading {
  const { config, entry, files } = target.settings;
  const python = target.settings.python !== undefined || entry?.endsWith('.py') === true;
  const defaultDialect = readsAsEnvironmentFile(target, template) ? 'systemd' : 'dotenv';
  return {
    yaml: config?.yaml ?? (python ? '1.1' : '1.2'),
    dialect: config?.dialect ?? defaultDialect,
    declared: config?.dialect !== undefined,
    python,
    names: config ? [configFileOf(target) ?? config.file, config.target] : [],
    encrypted: files.encrypted,
  };
}

/** True if the unit reads the config, or a copy in `config_locations`, as EnvironmentFile=. */
function readsAsEnvironmentFile(target: Target, template: string | undefined): boolean {
  const { config } = target.settings;
  if (!config) return false;
  const { root, config_locations: locations } = target.place;
  const copies = [`${root}/blue/${config.target}`, ...locations];
  return renderUnit(target, 'blue', template)
    .split('\n')
    .map((line) => /^\s*EnvironmentFile\s*=\s*-?(.*)$/.exec(line)?.[1]?.trim() ?? '')
    .some((file) => file !== '' && copies.some((copy) => path.matchesGlob(copy, file)));
}
