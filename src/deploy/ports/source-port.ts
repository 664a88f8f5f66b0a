// Describes what the domain needs from a repository: commits, files and requirements.
import type { Readable } from 'node:stream';
import type { SafeFile, Unreadable } from '../untrusted/safe-file.ts';
import type { Author } from '../record/facts.ts';
import type { PythonSettings } from '../settings/python.ts';

export interface Commit {
  sha: string;
  author: string;
  /** First line of the message; untrusted text. */
  subject: string;
  /** Unix milliseconds. */
  at: number;
}

export type SourceSettings = (
  { git: string; branch: string; directory: string } | { path: string; directory: string }
) & {
  /** Patterns of branches and tags; one of them must reach the commit. undefined: the declared branch. */
  allowed_refs?: readonly string[] | undefined;
  /** All files of a commit together. */
  max_checkout_bytes?: number | undefined;
  require_signed?: boolean | undefined;
  /** Files on the bot's machine: signers as ssh-keygen reads them, and public keys for gpg. */
  allowed_signers?: string | undefined;
  allowed_gpg_keys?: string | undefined;
};

/** A commit that may be deployed. */
export interface Admitted {
  warnings: string[];
  /** Only where signatures are required. */
  signedBy?: string;
}

/** A mirror of a git repository that is kept between deployments, or a local path. */
export interface Source {
  /** Resolves a ref to a full sha. Fails with StageFailed `unknown-ref`, `ambiguous-ref`, `unsafe-ref`, `tree-not-clean`, `source-unreachable`. */
  resolve(settings: SourceSettings, ref: string | undefined, signal: AbortSignal): Promise<Commit>;
  /**
   * Succeeds if the commit may be deployed, by the refs that the repository has now. Fails with StageFailed
   * `ref-not-allowed`, `not-signed`, `signers-unreadable`.
   */
  admit(settings: SourceSettings, sha: string, signal: AbortSignal): Promise<Admitted>;
  /** Commits in `to` that are not in `from`, newest first, at most `limit`. Only `to` if `from` is unknown. */
  commits(
    settings: SourceSettings,
    from: string | undefined,
    to: string,
    limit: number,
  ): Promise<Commit[]>;
  /**
   * Authors, committers and co-authors of the commits in `to` that are not in `from`, each address once. `from`
   * undefined: of `to` alone; `from` not in the repository: of everything in `to`.
   */
  authors(
    settings: SourceSettings,
    from: string | undefined,
    to: string,
    signal: AbortSignal,
  ): Promise<Author[]>;
  /** Files below the service's directory that differ between two commits; undefined if one is unknown. */
  changed(
    settings: SourceSettings,
    from: string,
    to: string,
    signal: AbortSignal,
  ): Promise<ReadonlySet<string> | undefined>;
  /** The commit that last changed a line of a file below the service's directory, if any. */
  lastChange(
    settings: SourceSettings,
    sha: string,
    place: { path: string; line: number },
    signal: AbortSignal,
  ): Promise<string | undefined>;
  /** The files of a commit below the service's directory. Fails with StageFailed. */
  files(settings: SourceSettings, sha: string, signal: AbortSignal): Promise<CommitFiles>;
  /** The same from what this machine has: nothing is fetched. */
  filesHere(settings: SourceSettings, sha: string): Promise<CommitFiles | undefined>;
  /** Writes the whole commit to a new folder, for the team's commands. The caller removes it. */
  checkout(settings: SourceSettings, sha: string, signal: AbortSignal): Promise<Checkout>;
}

/** Files below a service's directory, of a commit or of a developer's folder. */
export interface FileReader {
  /**
   * Follows links that stay inside. `most` in bytes. `above` is `../` as often as the path may begin above the
   * service's directory, in the same repository.
   */
  read(path: string, most: number, above?: string): Promise<SafeFile>;
  /** A long file. It ends with an error if its bytes are not those of the commit. */
  stream(path: string): Promise<{ kind: 'stream'; bytes: number; content: Readable } | Unreadable>;
}

export interface CommitFiles extends FileReader {
  sha: string;
  /** The files of a release. The result is remembered. */
  discover(settings: DiscoverySettings): Promise<Discovery>;
  /** Inputs of a virtual environment in the release, and what is missing. */
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
  /** Changes with every file that is an input of the environment. */
  digest: string;
  /** Files read as requirements or constraints. */
  files: string[];
  /** Package → version, `0.95.1` or `>=2,<3`. */
  packages: Record<string, string>;
  /** How projects of the release itself are installed; `editable` ones run from where they were built. */
  projects: 'none' | 'copied' | 'editable';
}

export interface FileDigest {
  path: string;
  sha256: string;
}

export interface FileDiff {
  added: string[];
  changed: string[];
  deleted: string[];
}

/** All files of a commit on this machine's disk. */
export interface Checkout {
  /** Absolute path of the folder. */
  tree: string;
  /** The service's directory in it; `.` for the top. */
  folder: string;
  remove(): Promise<void>;
}

export interface ManifestFile {
  /** Relative to the release, `/` separated. */
  path: string;
  sha256: string;
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
  /** Possibly intended: ciphertext that the service decrypts itself. */
  warnings?: string[];
}

export interface DiscoverySettings {
  /** Paths or globs that must be in the release. */
  required: string[];
  /** Paths or globs of files that are intended ciphertext. */
  encrypted?: string[];
  ignore_file: string;
  max_file_bytes: number;
  max_release_bytes: number;
}
