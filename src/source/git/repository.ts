// Opens the repository of a source: the mirror of an address, or a clone on this machine.
import type { SourceSettings } from '../../deploy/ports/ports.ts';
import type { Repository } from './git.ts';
import { openMirror } from './mirror.ts';
import { openWorkTree } from './work-tree.ts';

export interface SourceRepository extends Repository {
  /** The address of which this is a mirror; undefined for a clone. */
  address?: string;
  /** The top folder of the clone; undefined for a mirror. */
  top?: string;
}

/** Creates an empty mirror if there is none. Fails with StageFailed if the address or the clone is unusable. */
export async function openRepository(
  dataDirectory: string,
  settings: SourceSettings,
  signal?: AbortSignal,
): Promise<SourceRepository> {
  if (!('git' in settings)) return { ...(await openWorkTree(settings.path)), signal };
  const gitDirectory = await openMirror(dataDirectory, settings.git);
  return { gitDirectory, address: settings.git, signal };
}
