/** Decides how a config is read in an environment, and what is declared about it. */
import path from 'node:path';
import { disclosureOf } from './disclosure.ts';
import type { Target } from '../settings/settings.ts';
import { renderUnit } from '../unit/unit-file.ts';

/** How the service reads its config: what argo-bot checks must be what the service gets. */
export interface ConfigReading {
  yaml: '1.1' | '1.2';
  dialect: 'systemd' | 'dotenv';
  /** The dialect stands in argo.yml. */
  declared: boolean;
  /** Python's readers take and refuse other things than most. */
  python: boolean;
  /** The names of the config, and the paths and globs of what the service decrypts itself. */
  names: string[];
  encrypted: string[];
}

/** What is declared about the config in this environment. */
export function declaredFor(target: Target, template?: string) {
  const { rules = [], probes = [] } = target.settings.config ?? {};
  const here = probes.filter(
    ({ environments }) => environments?.includes(target.environment) ?? true,
  );
  const reading = readingOf(target, template);
  return { rules, probes: here, disclosure: disclosureOf(target), reading };
}

/** As declared, else as services of that kind usually do; `template` is the team's own unit. */
export function readingOf(target: Target, template: string | undefined): ConfigReading {
  const { config, entry, files } = target.settings;
  const python = target.settings.python !== undefined || entry?.endsWith('.py') === true;
  const bySystemd = isEnvironmentFile(target, template) ? 'systemd' : 'dotenv';
  return {
    yaml: config?.yaml ?? (python ? '1.1' : '1.2'),
    dialect: config?.dialect ?? bySystemd,
    declared: config?.dialect !== undefined,
    python,
    names: config ? [target.place.config_file ?? config.file, config.target] : [],
    encrypted: files.encrypted,
  };
}

/** Does the unit read the release's config, or one of its further copies, as EnvironmentFile=? */
function isEnvironmentFile(target: Target, template: string | undefined): boolean {
  const { config } = target.settings;
  if (!config) return false;
  const { root, config_locations: locations } = target.place;
  const copies = [`${root}/blue/${config.target}`, ...locations];
  return renderUnit(target, 'blue', template)
    .split('\n')
    .map((line) => /^\s*EnvironmentFile\s*=\s*-?(.*)$/.exec(line)?.[1]?.trim() ?? '')
    .some((file) => file !== '' && copies.some((copy) => path.matchesGlob(copy, file)));
}
