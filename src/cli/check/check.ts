// Runs `argo-bot check`: the bot's checks on a developer's checkout, without network.
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { readSettings } from '../../argo-yml/argo-yml.ts';
import { isFailure } from '../../deploy/record/errors.ts';
import { type LocalTree, openFolder, openIndex } from '../../source/tree/local-tree.ts';
import { createPythonCheck } from '../../source/python/python-check.ts';
import { checkConfigs } from './check-configs.ts';
import { servicesHere } from './check-services.ts';
import { chosenTargets, type PlaceOptions } from '../chosen-targets.ts';
import { Exit, refuse } from '../exit.ts';
import { checkFiles } from './check-files.ts';
import { exitOf, notChecked, reportText, type CheckReport } from './check-report.ts';

interface Options extends PlaceOptions {
  config?: string;
  staged?: true;
  list?: true;
}

/** Checks the current folder, or its git index with `--staged`. Returns the exit code. */
export async function check(options: Options): Promise<number> {
  let tree: LocalTree | undefined;
  try {
    tree = options.staged
      ? await openIndex('.', process.env['GIT_INDEX_FILE'])
      : await openFolder('.');
    return await checkIn(tree, options);
  } catch (error) {
    if (!isFailure(error)) throw error;
    process.stderr.write(`${error.message}\n${error.next}\n`);
    return error.code === 'argo-yml' ? Exit.found : Exit.usage;
  } finally {
    await tree?.close();
  }
}

async function checkIn(tree: LocalTree, options: Options): Promise<number> {
  const given = options.config ?? (process.env['ARGO_CONFIG'] || undefined);
  const near = ['argo.yml', ...(tree.git ? [path.join(tree.git.top, 'argo.yml')] : [])];
  const file = given ?? near.find((one) => existsSync(one));
  const settings = file === undefined ? undefined : readSettings(file);
  const named = settings && chosenTargets(file ?? '', settings, options);
  if (named?.kind === 'unknown') return refuse(named.why);
  const said: CheckReport[] = [];
  const python = createPythonCheck(cleanFilesFolder());
  if (!settings) said.push(await checkFiles(tree, undefined, python, options));
  for (const chosen of settings ? await servicesHere(settings, tree, options.service) : []) {
    said.push(
      chosen.here
        ? await checkFiles(tree, chosen, python, options)
        : notChecked(
            chosen.name,
            'its repository is not this folder, so its files were not looked at (--service says that it is)',
          ),
      ...(await checkConfigs(tree, chosen, options.env)),
    );
  }
  const where = file === undefined ? 'no argo.yml here: files and Python with the defaults' : file;
  process.stdout.write(reportText(where, said, settings !== undefined));
  return exitOf(said);
}

/** Returns the folder that remembers Python files without findings, so that the next check is fast. */
function cleanFilesFolder(): { dataDirectory?: string } {
  const cache = process.env['XDG_CACHE_HOME'] || path.join(homedir(), '.cache');
  const dataDirectory = path.join(cache, 'argo-bot', 'python');
  try {
    mkdirSync(dataDirectory, { recursive: true });
    return { dataDirectory };
  } catch {
    // Without this folder the check reads all files again, which only takes longer.
    return {};
  }
}
