// Describes a tree of files that a release is chosen from: of a commit, or a folder of a developer.
import type { FileReader } from '../../deploy/ports/ports.ts';

export interface TreeFile {
  kind: 'file';
  bytes: number;
  /** 0o644 or 0o755. */
  mode: number;
  /** Git's hash of the bytes; undefined in a folder. */
  id?: string;
}

/** What a name is, links not followed. */
export type TreeEntry =
  | TreeFile
  | { kind: 'folder' }
  | { kind: 'link'; bytes: number }
  /** A pipe, socket or device. */
  | { kind: 'other' };

/** What a path leads to, links followed. `real` is its path without links. */
export type Target =
  | (TreeFile & { real: string })
  | { kind: 'folder'; real: string }
  | { kind: 'other' }
  | { kind: 'missing' | 'outside' };

/** Paths are relative to the top of the tree, which is the service's folder. '' is the top. */
export interface Tree extends FileReader {
  /** The entries of a folder by name. The path contains no links. */
  list(folder: string): Promise<ReadonlyMap<string, TreeEntry>>;
  resolve(path: string): Promise<Target>;
  /** Links are not followed. */
  exists(path: string): Promise<boolean>;
  /** The text of a link; '' if it cannot be read. */
  linkText(path: string): Promise<string>;
  /** Whether the next commit would have this path. Folders end in `/`. */
  isTracked(path: string): boolean;
}
