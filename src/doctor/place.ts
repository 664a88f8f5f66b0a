import { isAbsolute } from 'node:path';
import type { SourceSettings } from '../deploy/ports/ports.ts';
import type { Target } from '../deploy/settings/settings.ts';
import { accessFindings } from './access.ts';
import { fail, ok, type Part, part, warn } from './finding.ts';

/** What is asked about where releases come from; nothing is fetched or kept. */
export interface PlacePorts {
  /** The commit that the branch, or the work tree, stands at. Fails where it cannot be told. */
  reach(settings: SourceSettings): Promise<{ sha: string; ref: string }>;
  /** What is wrong with the config by its rules, without values, and whether others may read the file. */
  config(file: string, target: Target): Promise<{ problems: string[]; openToOthers: boolean }>;
}

export function placePart(target: Target, ports: PlacePorts): Promise<Part> {
  const { service, environment, settings, place } = target;
  const name = `${service} in ${environment}`;
  const file = place.config_file ?? settings.config?.file;
  return part(name, {
    source: async () => {
      const { sha, ref } = await ports.reach(settings.source);
      return ok('source', `${ref} is at ${sha.slice(0, 7)}`);
    },
    ...(file !== undefined &&
      settings.config && { config: () => configFinding(file, target, ports) }),
    access: () => Promise.resolve(accessFindings(name, place)),
  });
}

async function configFinding(file: string, target: Target, ports: PlacePorts) {
  // It is part of the commit, which nothing here checks out.
  if (!isAbsolute(file))
    return ok('config', `${file} comes with the commit; /argo deploy --dry-run looks at it`);
  const { problems, openToOthers } = await ports.config(file, target);
  if (problems.length > 0)
    return fail(
      'config',
      [`${file}:`, ...problems].join('\n'),
      `correct ${file}, then run this again`,
    );
  return openToOthers
    ? warn('config', `${file} can be read by others`, `chmod 600 ${file}`)
    : ok('config', `${file} keeps its rules`);
}
