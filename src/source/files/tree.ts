// The interface to the files that a release is made from: those of a commit or of a developer's folder.
import type { FileReader } from '../../deploy/ports/ports.ts';

export interface TreeFile {
  kind: 'file';
  bytes: number;
  /** Permission bits: 0o644 or 0o755. */
  mode: number;
  /** Git's hash of the bytes; undefined in a developer's folder. */
  id?: string;
}

/** An entry of a folder. Symbolic links are not followed. */
export type TreeEntry =
  | TreeFile
  | { kind: 'folder' }
  | { kind: 'link'; bytes: number }
  /** A pipe, socket or device. */
  | { kind: 'other' };

/** What a path leads to when symbolic links are followed. `real` is its path without links. */
export type Target =
  | (TreeFile & { real: string })
  | { kind: 'folder'; real: string }
  | { kind: 'other' }
  | { kind: 'missing' | 'outside' };

/** Paths are relative to the top of the tree, which is the service's folder. '' is the top. */
export interface Tree extends FileReader {
  /** The folder of the tree in its repository: `app/`, or an empty string for the top of the repository. */
  inside: string;
  /** The entries of a folder by name. `folder` must be a path without symbolic links. */
  list(folder: string): Promise<ReadonlyMap<string, TreeEntry>>;
  resolve(path: string): Promise<Target>;
  /** Whether the path exists, even as a link to nothing. */
  exists(path: string): Promise<boolean>;
  /** The target of a symbolic link as it is written; '' if it cannot be read. */
  linkText(path: string): Promise<string>;
  /** Whether git tracks this path, so that the next commit contains it. A folder's path ends in `/`. */
  isTracked(path: string): boolean;
}
