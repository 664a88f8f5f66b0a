// Decides which services of argo.yml belong to this checkout, for `argo-bot check`.
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { ServiceSettings, Settings } from '../../deploy/settings/settings.ts';
import type { LocalTree } from '../../source/tree/local-tree.ts';
import { remotesOf } from '../../source/git/remotes.ts';

export interface Chosen {
  name: string;
  settings: ServiceSettings;
  /** True if the current checkout has the service's files. If not, only its config can be checked. */
  here: boolean;
}

/** Returns all services of argo.yml, or only `wanted`. Each tells whether this checkout has its files. */
export async function servicesHere(
  settings: Settings,
  tree: LocalTree,
  wanted: string | undefined,
): Promise<Chosen[]> {
  const remotes = tree.git ? (await remotesOf(tree.git.top)).map(normalizedAddress) : [];
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
    return [...remotes, tree.git?.top].includes(normalizedAddress(source.git));
  }
  // A checkout without remotes has no address to compare, so look for the service's folder in it.
  return source.directory !== '.' && existsSync(path.join(tree.root, source.directory));
}

/** Normalizes a git address: `git@host:team/name.git` and `https://user@host/team/name` give the same text. */
function normalizedAddress(address: string): string {
  return address
    .replace(/^[a-z+]+:\/\//, '')
    .replace(/^[^@/]*@/, '')
    .replace(/^([^/:]+):(?:\d+\/)?/, '$1/')
    .replace(/\/+$/, '')
    .replace(/\.git$/, '');
}
