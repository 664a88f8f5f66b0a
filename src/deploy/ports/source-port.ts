// Describes what the deployment code needs from a repository: commits, files and requirements.
import type { Readable } from 'node:stream';
import type { SafeFile, Unreadable } from '../untrusted/safe-file.ts';
import type { Author, Commit, FileDiff } from '../record/facts.ts';
import type { PythonSettings } from '../settings/python.ts';
import type { ServiceSettings } from '../settings/settings.ts';

export type { Commit, FileDiff };

/** The rules for the files of a release: which belong to it, and how large they may be. */
export type DiscoverySettings = ServiceSettings['files'] & Partial<Pick<ServiceSettings, 'entry'>>;

export type SourceSettings = (
  { git: string; branch: string; directory: string } | { path: string; directory: string }
) & {
  /** Patterns of branches and tags: one that matches must contain the commit. undefined: the declared branch must. */
  allowed_refs?: readonly string[] | undefined;
  /** Limit for the total size of a commit's files. */
  max_checkout_bytes?: number | undefined;
  require_signed?: boolean | undefined;
  /** File on the bot's machine with signers, as ssh-keygen reads them. */
  allowed_signers?: string | undefined;
  /** File on the bot's machine with public keys for gpg. */
  allowed_gpg_keys?: string | undefined;
};
/** A commit that may be deployed. */
export interface Admitted {
  warnings: string[];
  /** Who signed the commit; only if argo.yml requires signatures. */
  signedBy?: string;
}

/** Reads a local path, or a mirror of a git repository that is kept between deployments. */
export interface Source {
  /**
   * Resolves a ref to a full sha. Fails with StageFailed `unknown-ref`, `ambiguous-ref`, `unsafe-ref`,
   * `tree-not-clean`, `source-unreachable`.
   */
  resolve(settings: SourceSettings, ref: string | undefined, signal: AbortSignal): Promise<Commit>;
  /**
   * Succeeds if the commit may be deployed, judged by the current refs of the repository. Fails with StageFailed
   * `ref-not-allowed`, `not-signed`, `signers-unreadable`.
   */
  admit(settings: SourceSettings, sha: string, signal: AbortSignal): Promise<Admitted>;
  /** Returns commits in `to` that are not in `from`, newest first, at most `limit`; only `to` if `from` is unknown. */
  commits(
    settings: SourceSettings,
    from: string | undefined,
    to: string,
    limit: number,
  ): Promise<Commit[]>;
  /**
   * Returns authors, committers and co-authors of the commits in `to` that are not in `from`, each address once.
   * Without `from`: those of `to` alone. If the repository lacks `from`: those of all commits in `to`.
   */
  authors(
    settings: SourceSettings,
    from: string | undefined,
    to: string,
    signal: AbortSignal,
  ): Promise<Author[]>;
  /** Returns files of the service's directory that differ between two commits; undefined if a commit is unknown. */
  changed(
    settings: SourceSettings,
    from: string,
    to: string,
    signal: AbortSignal,
  ): Promise<ReadonlySet<string> | undefined>;
  /** Returns the commit that last changed a line of a file in the service's directory; undefined if there is none. */
  lastChange(
    settings: SourceSettings,
    sha: string,
    place: { path: string; line: number },
    signal: AbortSignal,
  ): Promise<string | undefined>;
  /** Returns the files of a commit in the service's directory. Fails with StageFailed. */
  files(settings: SourceSettings, sha: string, signal: AbortSignal): Promise<CommitFiles>;
  /** Like `files`, but fetches nothing: undefined if this machine lacks the commit. */
  filesHere(settings: SourceSettings, sha: string): Promise<CommitFiles | undefined>;
  /** Writes the whole commit to a new folder, for the team's commands. The caller removes it. */
  checkout(settings: SourceSettings, sha: string, signal: AbortSignal): Promise<Checkout>;
}

/** Reads files of a service's directory, from a commit or from a developer's folder. */
export interface FileReader {
  /**
   * Reads a file of at most `maxBytes`. Follows links that stay inside. `above`, such as `../../`, says how far
   * above the service's directory the path may lead, in the same repository.
   */
  read(path: string, maxBytes: number, above?: string): Promise<SafeFile>;
  /** Streams a long file. The stream ends with an error if its bytes are not those of the commit. */
  stream(path: string): Promise<{ kind: 'stream'; bytes: number; content: Readable } | Unreadable>;
}

export interface CommitFiles extends FileReader {
  sha: string;
  /** Returns the files of a release, and remembers the result. */
  discover(settings: DiscoverySettings): Promise<Discovery>;
  /** Returns what a virtual environment is built from, and problems such as missing files. */
  requirements(
    settings: DiscoverySettings,
    declared: DeclaredRequirements,
  ): Promise<{ requirements: Requirements; problems: Discovery['problems'] }>;
}

/** Requirements as argo.yml declares them. */
export type DeclaredRequirements = Pick<
  PythonSettings,
  'addresses' | 'wheels' | 'require_hashes' | 'only_binary'
> & { requirements: string };

export interface Requirements {
  path: string;
  /** Folder in which pip runs, relative to the release. */
  folder: string;
  /** Digest of everything that the virtual environment is built from. */
  digest: string;
  /** Files that pip reads as requirements or constraints. */
  files: string[];
  /** Version of each package: `0.95.1` or `>=2,<3`. */
  packages: Record<string, string>;
  /** How Python projects inside the release are installed; `editable` ones run from where they were built. */
  projects: 'none' | 'copied' | 'editable';
}

export interface FileDigest {
  /** Path relative to the release, separated by `/`. */
  path: string;
  sha256: string;
}

/** All files of a commit on this machine's disk. */
export interface Checkout {
  /** Absolute path of the folder. */
  tree: string;
  /** The service's directory in `tree`; `.` for the top. */
  folder: string;
  remove(): Promise<void>;
}

export interface ManifestFile extends FileDigest {
  bytes: number;
  /** Permission bits, 0o644 or 0o755. */
  mode: number;
}

export interface Discovery {
  files: ManifestFile[];
  /** Excluded files, each with its reason: `.deployignore:3 *.log` or `tests are left out by default`. */
  left: { path: string; by: string }[];
  /** Problems that stop the deployment: missing, ignored, untracked, unsafe names, links out of the tree. */
  problems: { path: string; problem: string; next: string }[];
  /** Possible mistakes that do not stop the deployment, such as encrypted files. */
  warnings?: string[];
}
