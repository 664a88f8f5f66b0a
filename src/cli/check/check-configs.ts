// Checks the configs of a service that exist on this machine, for `argo-bot check`.
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { isFailure } from '../../deploy/record/errors.ts';
import { textInside } from '../../deploy/untrusted/safe-file.ts';
import { declaredConfig } from '../../deploy/config/config-reading.ts';
import { folderTree } from '../../source/tree/folder-tree.ts';
import { createConfigSource } from '../../source/service-config/config-source.ts';
import type { LocalTree } from '../../source/tree/local-tree.ts';
import type { Tree } from '../../source/files/tree.ts';
import { type CheckReport, notChecked } from './check-report.ts';
import type { Chosen } from './check-services.ts';

/** Returns a report for each config file. A report contains no values of the config. */
export async function checkConfigs(
  tree: LocalTree,
  { name, settings, here }: Chosen,
  env: string | undefined,
): Promise<CheckReport[]> {
  const { config, environments } = settings;
  if (!config) return [];
  const wanted = Object.entries(environments).filter(([one]) => env === undefined || one === env);
  const directory = path.join(tree.root, settings.source.directory);
  // Environments may share a config file but have different probes, so check each combination once.
  const configs = new Map(
    wanted.map(([environment, place]) => {
      const file = place.config_file ?? config.file;
      const declared = declaredConfig(
        { service: name, environment, settings, place },
        here ? templateIn(directory, settings) : undefined,
      );
      return [JSON.stringify([file, declared]), { file, declared }];
    }),
  );
  const source = createConfigSource({ fingerprintKey: randomBytes(16).toString('hex') });
  return Promise.all(
    [...configs.values()].map(async ({ file, declared }): Promise<CheckReport> => {
      const what = `${name}, config ${file}`;
      const there = (here || path.isAbsolute(file)) && existsSync(path.resolve(directory, file));
      if (!there) return notChecked(what, 'not on this machine, not checked');
      return { what, ...(await configFindings(source, file, folderTree(directory), declared)) };
    }),
  );
}

/** Reads the unit template, which tells whether systemd reads the config. Does not report problems of the template. */
function templateIn(directory: string, { unit }: Chosen['settings']): string | undefined {
  return unit.template === undefined ? undefined : textInside(directory, unit.template, 100_000);
}

async function configFindings(
  source: ReturnType<typeof createConfigSource>,
  file: string,
  files: Tree,
  declared: ReturnType<typeof declaredConfig>,
): Promise<Omit<CheckReport, 'what'>> {
  try {
    const { problems, warnings, fingerprints } = await source.read(file, files, declared);
    const sum = `${Object.keys(fingerprints).length} values`;
    const findings = problems.map((one) => (one.includes(file) ? one : `${file}: ${one}`));
    return { findings, notes: warnings, sum };
  } catch (error) {
    if (!isFailure(error)) throw error;
    return { findings: [`${error.message} ${error.next}`], notes: [], sum: '' };
  }
}
