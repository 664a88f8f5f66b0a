import type { Author } from '../record/facts.ts';
import type { PythonSettings } from '../settings/python.ts';

export interface Commit {
  sha: string;
  author: string;
  /** First line of the message; text from outside, never trusted. */
  subject: string;
  /** Unix milliseconds. */
  at: number;
}

export type SourceSettings = (
  { git: string; branch: string; directory: string } | { path: string; directory: string }
) & {
  /** Patterns of branches and tags, of which one must reach a commit; undefined: what is deployed by default. */
  allowed_refs?: readonly string[] | undefined;
  /** Of all files of a commit together. */
  max_checkout_bytes?: number | undefined;
  require_signed?: boolean | undefined;
  /** Files on the bot's machine: signers as ssh-keygen reads them, and public keys for gpg. */
  allowed_signers?: string | undefined;
  allowed_gpg_keys?: string | undefined;
};

/** What is told of a commit that may be deployed. */
export interface Admitted {
  warnings: string[];
  /** Where signatures are required. */
  signedBy?: string;
}

/** Where releases come from: a mirror of a git repository kept between deployments, or a local path. */
export interface Source {
  /** Resolves a ref to a full sha. Fails with StageFailed `unknown-ref`, `ambiguous-ref`, `unsafe-ref`, `tree-not-clean`, `source-unreachable`. */
  resolve(settings: SourceSettings, ref: string | undefined, signal: AbortSignal): Promise<Commit>;
  /**
   * Whether the commit belongs to what may be deployed, by the refs that the repository has now. Fails with
   * StageFailed `ref-not-allowed`, `not-signed`, `signers-unreadable`.
   */
  admit(settings: SourceSettings, sha: string, signal: AbortSignal): Promise<Admitted>;
  /** Commits in `to` that are not in `from`, newest first; `from` unknown → only `to`. At most `limit`. */
  commits(
    settings: SourceSettings,
    from: string | undefined,
    to: string,
    limit: number,
  ): Promise<Commit[]>;
  /**
   * Who wrote the commits in `to` that are not in `from`: authors, committers, co-authors, each address once.
   * `from` undefined → of `to` alone; `from` not in the repository → of everything in `to`.
   */
  authors(
    settings: SourceSettings,
    from: string | undefined,
    to: string,
    signal: AbortSignal,
  ): Promise<Author[]>;
  /** Files below the service's directory that differ between two commits; undefined where one is not known. */
  changed(
    settings: SourceSettings,
    from: string,
    to: string,
    signal: AbortSignal,
  ): Promise<ReadonlySet<string> | undefined>;
  /** The commit that last changed a line of a file below the service's directory; undefined where there is none. */
  lastChange(
    settings: SourceSettings,
    sha: string,
    place: { path: string; line: number },
    signal: AbortSignal,
  ): Promise<string | undefined>;
  /** A read-only checkout at that sha (made when missing, kept for the next stage and the next worker run). */
  checkout(settings: SourceSettings, sha: string, signal: AbortSignal): Promise<Checkout>;
  /** While nobody waits: makes the checkout of the commit after this one a matter of what they differ in. */
  makeSpare(settings: SourceSettings, sha: string, signal: AbortSignal): Promise<void>;
  /** The same if this machine has it already; asks nobody and makes nothing. */
  kept(settings: SourceSettings, sha: string): Promise<Checkout | undefined>;
  /** The files of a release in a checkout; instant the second time, since checkouts do not change. */
  discover(checkout: Checkout, settings: DiscoverySettings): Promise<Discovery>;
  /** What a virtual environment is made from, as far as the release has it; and what is missing of it. */
  requirements(
    checkout: Checkout,
    settings: DiscoverySettings,
    declared: DeclaredRequirements,
  ): Promise<{ requirements: Requirements; problems: Discovery['problems'] }>;
}

/** What argo.yml says of requirements. */
export type DeclaredRequirements = Pick<
  PythonSettings,
  'addresses' | 'wheels' | 'require_hashes' | 'only_binary'
> & { requirements: string };

export interface Requirements {
  path: string;
  /** Where pip runs, relative to the release: paths in requirements begin there. */
  folder: string;
  /** Changes with every file of the release that is an input of the environment. */
  digest: string;
  /** Files of the release that were read as requirements or constraints. */
  files: string[];
  /** What is said of the version of each package, `0.95.1` or `>=2,<3`. */
  packages: Record<string, string>;
  /** Projects of the release itself that are installed; editable ones are used where they were built. */
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

export interface Checkout {
  /** Absolute path of the service's directory in the checkout. */
  directory: string;
  sha: string;
}

/** A file of a release. */
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
  /** Left out, with what left it out: `.deployignore:3 *.log` or `tests are left out by default`. */
  left: { path: string; by: string }[];
  /** Problems that stop the release: missing, ignored, untracked, unsafe names, links that leave the tree. */
  problems: { path: string; problem: string; next: string }[];
  /** What may be meant: ciphertext that the service decrypts itself. */
  warnings?: string[];
}

export interface DiscoverySettings {
  /** Paths or globs that must be in the release. */
  required: string[];
  /** The same, of files that are meant to be ciphertext in the release. */
  encrypted?: string[];
  ignore_file: string;
  max_file_bytes: number;
  max_release_bytes: number;
}
