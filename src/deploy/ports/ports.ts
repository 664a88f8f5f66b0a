import { type Disclosure } from '../config/disclosure.ts';
import type { Readable } from 'node:stream';
import type { Records } from '../history/records.ts';
import type { Redactor } from '../secrets/redactor.ts';
import type { Checkout, FileDigest, Source } from './source-port.ts';

export type * from './source-port.ts';
import type { ConfigReading } from '../config/config-reading.ts';
import type { ConfigProbe } from '../settings/config-probe.ts';
import type { ConfigRule } from '../settings/config-rule.ts';
import type { PythonChecks } from '../settings/python-checks.ts';
import type { ServiceSettings } from '../settings/settings.ts';

/** What the outside gives to the domain: one object, handed to every stage. */
export interface Ports {
  records: Records;
  source: Source;
  python: PythonCheck;
  commands: Commands;
  config: ConfigSource;
  askProvider: AskProvider;
  hosts: Hosts;
  pack: Pack;
  redactor: Redactor;
  log: Log;
}

export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

// ---------------------------------------------------------------- checks

export interface Finding {
  path: string;
  line: number;
  column: number;
  /** `F821`, `possibly-unbound`, `syntax`. */
  code: string;
  message: string;
  /** A warning is shown to the approver and stops nothing. */
  level: 'error' | 'warning';
}

export interface PythonQuestion {
  directory: string;
  files: readonly FileDigest[];
  /** Files that are not asked about and may add names to the builtins of the others. */
  others?: readonly FileDigest[];
  /** The Python that the service runs on, `3.11`; without it, what the project says of itself. */
  version?: string | undefined;
  unbound?: PythonChecks['unbound'];
}

export interface PythonReport {
  findings: Finding[];
  /** Left out by the project's own ruff settings. */
  leftOut: string[];
  /** The Python that it was checked for, `3.11`. */
  version: string;
}

/** Python checks in-process: syntax, undefined names, used before assignment, possibly unbound. */
export interface PythonCheck {
  check(question: PythonQuestion, signal: AbortSignal): Promise<PythonReport>;
}

/** As argo.yml declares it, and whether it is protected from. */
export type TeamCommand = ServiceSettings['checks']['commands'][number] & { sandbox: boolean };

/**
 * The team's own commands in a throwaway copy of the checkout, and how many tests one says have passed. Fails with
 * StageFailed `check-failed`, the output as its log, or `no-sandbox`.
 */
export interface Commands {
  run(
    command: TeamCommand,
    checkout: Checkout,
    signal: AbortSignal,
  ): Promise<{ passed: number | undefined }>;
}

// ---------------------------------------------------------------- config

export interface ConfigReport {
  /** The exact bytes to install. Secret: never into the journal, a log or a message. */
  content: Buffer;
  /** Problems without values: `massive.api_key has 31 characters, expected 32`. */
  problems: string[];
  /** What is suspicious and stops nothing: white space around a value. */
  warnings: string[];
  /** Dotted key → keyed fingerprint of the value (8 hex; of a number also how it is written: `+` 4 hex). Safe to show. */
  fingerprints: Record<string, string>;
  /** Values that must be redacted wherever they turn up. */
  secrets: string[];
  /** The declared probes with the keys in them; empty while there are problems. */
  probes: ProbeRequest[];
  /** Of a .env file: as whose reader it was read. */
  dialect?: ConfigReading['dialect'];
}

/** A request with a key in it. Secret but for `shown`: never into the journal, a log or a message. */
export interface ProbeRequest {
  probe: ConfigProbe;
  url: URL;
  headers: Record<string, string>;
  /** The address as it is written in argo.yml, with `{value}` in the place of the value. */
  shown: string;
}

/** An answer's status, or why there is none, in words without the request. */
export type ProbeAnswer = { kind: 'answered'; status: number } | { kind: 'silent'; why: string };

/** Asks a provider from the machine of the bot. Follows no redirect: it would carry the key elsewhere. */
export type AskProvider = (request: ProbeRequest, signal: AbortSignal) => Promise<ProbeAnswer>;

/** The one source of truth of a service's config in an environment. */
export interface ConfigSource {
  /** `file` is absolute, or relative to the checkout. */
  read(
    file: string,
    checkout: string,
    declared: {
      rules: ConfigRule[];
      probes: ConfigProbe[];
      disclosure?: Disclosure;
      reading?: ConfigReading;
    },
  ): Promise<ConfigReport>;
  /** What must be redacted of a config of that name, however broken it is. Never fails. */
  secretsIn(file: string, content: string, disclosure?: Disclosure): Promise<string[]>;
  /** Key → fingerprint, as in a report; empty where the content cannot be read. Never fails. */
  fingerprintsIn(
    file: string,
    content: string,
    dialect?: ConfigReading['dialect'],
  ): Promise<Record<string, string>>;
}

// ---------------------------------------------------------------- hosts

/** A tar stream of files of a checkout and of contents that exist only here; `mtime` in Unix seconds. */
export type Pack = (
  directory: string,
  files: readonly { path: string; mode: number }[],
  extra: readonly { path: string; content: Buffer; mode: number }[],
  mtime: number,
) => Readable;

export interface HostSettings {
  name: string;
  address: string;
  port: number;
  user: string;
  /** Pinned: `ssh-ed25519 AAAA…` lines, as in known_hosts without the address. */
  host_keys: string[];
  identity_file: string;
}

export interface Hosts {
  /** Opens (or reuses) the one connection of this run to a host. Fails with HostUnreachable. */
  open(settings: HostSettings, signal: AbortSignal): Promise<Host>;
  /** Drops every connection of this run. */
  closeAll(): Promise<void>;
}

export interface Answer {
  /** `key<TAB>value` lines of stdout, in order; a key may repeat. */
  values(key: string): string[];
  /** The only value of a key; fails with StageFailed `unreadable-answer` when absent. */
  value(key: string): string;
  maybe(key: string): string | undefined;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  /** Sent on stdin after the parameters. */
  payload?: Readable | Buffer | undefined;
  timeoutMs: number;
  signal: AbortSignal;
  /** How the failure is worded: the stage's title. */
  what: string;
}

export interface HttpAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
  ms: number;
}

export interface GetOptions {
  method?: 'GET' | 'HEAD' | undefined;
  /** Sent besides what the connection needs; `host` instead of the address. */
  headers?: Record<string, string> | undefined;
  timeoutMs: number;
  signal: AbortSignal;
  /** A request that carries a key: told as `shown`, with headers of its own, its answer's body not read. */
  secret?: { headers: Record<string, string>; shown: string } | undefined;
}

/** One Linux host over one SSH connection. */
export interface Host {
  readonly name: string;
  /**
   * Runs one of the constant scripts of src/host/scripts, parameters over stdin.
   * Exit 75 (busy) is waited for within the time limit, 76 (epoch) fails with Fenced, a lost link with
   * OutcomeUnknown, any other code with StageFailed worded by `exited`.
   */
  run(
    script: string,
    parameters: Record<string, string | number>,
    options: RunOptions,
  ): Promise<Answer>;
  /** GET (or HEAD) through the tunnel: the address is the host's own view (`127.0.0.1:8001`). Fails with OutcomeUnknown. */
  get(url: URL, options: GetOptions): Promise<HttpAnswer>;
}
