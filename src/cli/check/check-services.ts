// Decides which services of argo.yml belong to this checkout, for `argo-bot check`.
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { ServiceSettings, Settings } from '../../deploy/settings/settings.ts';
import type { LocalTree } from '../../source/tree/local-tree.ts';
import { remotesOf } from '../../source/git/remotes.ts';

export interface Chosen {
  name: string;
  settings: ServiceSettings;
  /** Whether the files of this folder belong to the service. If not, only its config can be checked. */
  here: boolean;
}

/** All services, or only `wanted`. */
export async function servicesHere(
  settings: Settings,
  tree: LocalTree,
  wanted: string | undefined,
): Promise<Chosen[]> {
  const remotes = tree.git ? (await remotesOf(tree.git.top)).map(sameAddress) : [];
  const all = Object.entries(settings.services);
  return all
    .filter(([name]) => wanted === undefined || name === wanted)
    .map(([name, service]) => ({
      name,
      settings: service,
      here: name === wanted || isHere(service, tree, remotes),
    }));
}

function isHere({ source }: ServiceSettings, tree: LocalTree, remotes: readonly string[]): boolean {
  if ('path' in source) return path.resolve(source.path) === (tree.git?.top ?? tree.root);
  if (remotes.length > 0 || path.isAbsolute(source.git)) {
    return [...remotes, tree.git?.top].includes(sameAddress(source.git));
  }
  // A repository without remotes has no address to compare, so compare folders.
  return source.directory !== '.' && existsSync(path.join(tree.root, source.directory));
}

/** Normalizes an address: `git@host:team/name.git` and `https://user@host/team/name` are the same. */
function sameAddress(address: string): string {
  return address
    .replace(/^[a-z+]+:\/\//, '')
    .replace(/^[^@/]*@/, '')
    .replace(/^([^/:]+):(?:\d+\/)?/, '$1/')
    .replace(/\/+$/, '')
    .replace(/\.git$/, '');
}
