// Checks one environment: its source can be read, its config is valid, its roles have people.
import { isAbsolute } from 'node:path';
import type { SourceSettings } from '../deploy/ports/ports.ts';
import { configFileOf } from '../deploy/settings/layout.ts';
import type { Target } from '../deploy/settings/settings.ts';
import { accessFindings } from './access.ts';
import { fail, ok, type Part, runPart, warn } from './finding.ts';

/** Reads facts about an environment. Fetches and stores nothing. */
export interface EnvironmentPorts {
  /** Returns the current commit of the branch or work tree. Fails with StageFailed. */
  currentCommit(settings: SourceSettings): Promise<{ sha: string; ref: string }>;
  /** Returns problems of the config, without its values, and whether other users can read the file. */
  config(file: string, target: Target): Promise<{ problems: string[]; openToOthers: boolean }>;
}

export function environmentPart(target: Target, ports: EnvironmentPorts): Promise<Part> {
  const { service, environment, settings, place } = target;
  const name = `${service} in ${environment}`;
  const file = configFileOf(target);
  return runPart(name, {
    source: async () => {
      const { sha, ref } = await ports.currentCommit(settings.source);
      return ok('source', `${ref} is at ${sha.slice(0, 7)}`);
    },
    ...(file !== undefined && { config: () => configFinding(file, target, ports) }),
    access: () => accessFindings(name, place),
  });
}

async function configFinding(file: string, target: Target, ports: EnvironmentPorts) {
  // With a relative path the config is part of the commit, and the doctor makes no checkout.
  if (!isAbsolute(file))
    return ok('config', `${file} comes with the commit; /argo deploy --dry-run checks it`);
  const { problems, openToOthers } = await ports.config(file, target);
  if (problems.length > 0)
    return fail(
      'config',
      [`${file}:`, ...problems].join('\n'),
      `correct ${file}, then run this again`,
    );
  return openToOthers
    ? warn('config', `${file} can be read by others`, `chmod 600 ${file}`)
    : ok('config', `${file} passes its rules`);
}
