// Describes what the deployment code needs from outside: records, source, checks, config, hosts, log.
import { type Disclosure } from '../config/disclosure.ts';
import type { Readable } from 'node:stream';
import type { Records } from '../history/records.ts';
import type { Redactor } from '../secrets/redactor.ts';
import type { Checkout, FileDigest, FileReader, Source } from './source-port.ts';

export type * from './source-port.ts';
import type { ConfigReading } from '../config/config-reading.ts';
import type { ConfigProbe, ConfigRule } from '../settings/config.ts';
import type { PythonChecks } from '../settings/checks.ts';
import type { EnvironmentSettings, ServiceSettings } from '../settings/settings.ts';

/** Everything that a stage may use from outside. Every stage gets this one object. */
export interface Ports {
  records: Records;
  source: Source;
  python: PythonCheck;
  commands: Commands;
  config: ConfigSource;
  sendProbe: SendProbe;
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
  /** Kind of the finding: `F821`, `possibly-unbound`, `syntax`. */
  code: string;
  message: string;
  /** An error stops the deployment. A warning is shown to the approver. */
  level: 'error' | 'warning';
}

export interface PythonQuestion {
  tree: FileReader;
  files: readonly FileDigest[];
  /** Files that are not checked themselves, but may add builtins that the checked files use. */
  others?: readonly FileDigest[];
  /** Python version of the service, such as `3.11`; undefined: the version that the project declares. */
  version?: string | undefined;
  unbound?: PythonChecks['unbound'];
}

export interface PythonReport {
  findings: Finding[];
  /** Files that the project's own ruff settings exclude. */
  leftOut: string[];
  /** The Python version for which the files were checked, such as `3.11`. */
  version: string;
}

/** Checks Python files in this process: syntax, undefined names, use before assignment, possibly unbound names. */
export interface PythonCheck {
  check(question: PythonQuestion, signal: AbortSignal): Promise<PythonReport>;
}

/** A command as argo.yml declares it, and whether it runs in the sandbox. */
export type TeamCommand = ServiceSettings['checks']['commands'][number] & { sandbox: boolean };

/** Runs a command in a throwaway copy of a checkout. `passed`: number of passed tests, if the output tells. */
export interface Commands {
  run(
    command: TeamCommand,
    checkout: Checkout,
    signal: AbortSignal,
  ): Promise<{ passed: number | undefined }>;
}

// ---------------------------------------------------------------- config

export interface ConfigReport {
  /** The exact bytes to install. They are secret: never write them into the journal, a log or a message. */
  content: Buffer;
  /** What is wrong, without values: `massive.api_key in config.json has 31 characters, expected 32`. */
  problems: string[];
  /** How to fix the problem, if there is only one; the caller adds the file's name: `add massive.api_key to`. */
  fix?: string | undefined;
  /** Allowed, but suspicious contents, such as white space around a value. */
  warnings: string[];
  /** Keyed hashes of values, by dotted key: 8 hex digits; a number adds `+` and 4 of its notation. Safe to show. */
  fingerprints: Record<string, string>;
  /** Values of the config that must be redacted in every text. */
  secrets: string[];
  /** Requests that try the config's secret keys with their providers; empty if the config has problems. */
  probes: ProbeRequest[];
  /** For a .env file: whether it was read as systemd reads it, or as dotenv libraries do. */
  dialect?: ConfigReading['dialect'];
}

/** A request that contains a secret key. Only `shown` may be written to the journal, a log or a message. */
export interface ProbeRequest {
  probe: ConfigProbe;
  url: URL;
  headers: Record<string, string>;
  /** `GET` and the address as in argo.yml, with the placeholder `{value}` instead of the secret key. */
  shown: string;
}

/** The HTTP status, or why there is no answer. `why` quotes nothing of the request, which contains a secret key. */
export type ProbeAnswer = { kind: 'answered'; status: number } | { kind: 'silent'; why: string };

/** Sends a probe from the bot's machine. Follows no redirect, because that could send the key to another server. */
export type SendProbe = (request: ProbeRequest, signal: AbortSignal) => Promise<ProbeAnswer>;

/** Reads a service's config for an environment. */
export interface ConfigSource {
  /** Reads and checks a config. `file` is absolute, or relative to the service's directory. */
  read(
    file: string,
    files: FileReader | undefined,
    declared: {
      rules: ConfigRule[];
      probes: ConfigProbe[];
      disclosure?: Disclosure;
      reading?: ConfigReading;
    },
  ): Promise<ConfigReport>;
  /** Returns the secrets in the content of a config file, even of a broken one. Never fails. */
  secretsIn(file: string, content: string, disclosure?: Disclosure): Promise<string[]>;
  /** Returns the fingerprints of `ConfigReport` for this content; none if it is unreadable. Never fails. */
  fingerprintsIn(
    file: string,
    content: string,
    dialect?: ConfigReading['dialect'],
  ): Promise<Record<string, string>>;
}

// ---------------------------------------------------------------- hosts

/** Creates a tar stream of files of a commit and of contents in memory (`extra`). `mtime` in Unix seconds. */
export type Pack = (
  from: FileReader,
  files: readonly { path: string; mode: number }[],
  extra: readonly { path: string; content: Buffer; mode: number }[],
  mtime: number,
) => Readable;

export type HostSettings = EnvironmentSettings['hosts'][number];

export interface Hosts {
  /** Returns a host, over the one connection that this run has to it. Fails with HostUnreachable. */
  open(settings: HostSettings, signal: AbortSignal): Promise<Host>;
  /** Closes every connection of the run. */
  closeAll(): Promise<void>;
}

export interface Answer {
  /** Returns the values of a key in the `key<TAB>value` lines of stdout, in order. */
  values(key: string): string[];
  /** Returns the only value of a key. Fails with StageFailed `unreadable-answer` if it is missing. */
  value(key: string): string;
  maybe(key: string): string | undefined;
  stdout: string;
  stderr: string;
}

/** A script with its parameters. A payload is sent on stdin after the parameters. */
export interface ScriptCall {
  script: string;
  parameters: Record<string, string | number>;
  payload?: Buffer | undefined;
}

export interface RunOptions {
  /** Sent on stdin after the parameters. */
  payload?: Readable | Buffer | undefined;
  timeoutMs: number;
  signal: AbortSignal;
  /** The title of the stage, with which the message of a failure begins. */
  what: string;
  /**
   * Scripts that the host runs after this one without asking the bot, until one fails or leaves a decision to the bot.
   * A later `run` with the same script and parameters returns the kept result, or runs the script if there is none.
   */
  ahead?: readonly ScriptCall[] | undefined;
}

export interface HttpAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
  ms: number;
  /** How long the connection to the port took: about one round trip to the host. */
  connectMs?: number;
}

export interface GetOptions {
  method?: 'GET' | 'HEAD' | undefined;
  /** Additional headers. Without a header `host`, the Host header names the address of the request. */
  headers?: Record<string, string> | undefined;
  timeoutMs: number;
  signal: AbortSignal;
  /** For a request with a secret key: its headers, and the address for messages. The answer's body is not read. */
  secret?: { headers: Record<string, string>; shown: string } | undefined;
}

/** One Linux host over one SSH connection. */
export interface Host {
  readonly name: string;
  /** Runs a script with parameters on stdin. Retries on exit 75 (busy host). Fails with Fenced on 76 or StageFailed. */
  run(
    script: string,
    parameters: Record<string, string | number>,
    options: RunOptions,
  ): Promise<Answer>;
  /**
   * Starts scripts before a stage needs them. A `run` with the same script and parameters soon after returns the kept
   * result, or runs the script if there is none. So this never fails.
   */
  runEarly(calls: readonly ScriptCall[], options: Omit<RunOptions, 'payload' | 'ahead'>): void;
  /** Opens an SSH channel in advance, so that the next script starts sooner. Never fails. */
  prepareChannel(): void;
  /** Sends an HTTP request through the SSH tunnel: `127.0.0.1:8001` is the host itself. Fails with OutcomeUnknown. */
  get(url: URL, options: GetOptions): Promise<HttpAnswer>;
}
