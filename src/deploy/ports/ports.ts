// Describes what the domain needs from outside: records, source, checks, config, hosts, log.
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

/** One object, handed to every stage. */
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
  /** `F821`, `possibly-unbound`, `syntax`. */
  code: string;
  message: string;
  /** The approver sees warnings; they do not stop the deployment. */
  level: 'error' | 'warning';
}

export interface PythonQuestion {
  tree: FileReader;
  files: readonly FileDigest[];
  /** Files that are not checked, but may add names to the builtins of the checked ones. */
  others?: readonly FileDigest[];
  /** The Python of the service, `3.11`; undefined: as the project declares. */
  version?: string | undefined;
  unbound?: PythonChecks['unbound'];
}

export interface PythonReport {
  findings: Finding[];
  /** Excluded by the project's own ruff settings. */
  leftOut: string[];
  /** The Python for which it was checked, `3.11`. */
  version: string;
}

/** Python checks in-process: syntax, undefined names, used before assignment, possibly unbound. */
export interface PythonCheck {
  check(question: PythonQuestion, signal: AbortSignal): Promise<PythonReport>;
}

/** As argo.yml declares it, and whether it runs in the sandbox. */
export type TeamCommand = ServiceSettings['checks']['commands'][number] & { sandbox: boolean };

/** In a throwaway copy of a checkout. `passed`: number of tests, if the output tells. */
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
  /** Suspicious, but allowed, such as white space around a value. */
  warnings: string[];
  /** Dotted key → keyed fingerprint of the value (8 hex; of a number also how it is written: `+` 4 hex). Safe to show. */
  fingerprints: Record<string, string>;
  /** Values that must be redacted wherever they turn up. */
  secrets: string[];
  /** The declared probes with their keys; empty while there are problems. */
  probes: ProbeRequest[];
  /** Of a .env file: the reader whose rules applied. */
  dialect?: ConfigReading['dialect'];
}

/** A request that contains a key. Only `shown` may go into the journal, a log or a message. */
export interface ProbeRequest {
  probe: ConfigProbe;
  url: URL;
  headers: Record<string, string>;
  /** The address as in argo.yml, with `{value}` in place of the value. */
  shown: string;
}

/** The status, or why there is no answer, without any part of the request. */
export type ProbeAnswer = { kind: 'answered'; status: number } | { kind: 'silent'; why: string };

/** Asks a provider from the bot's machine. Follows no redirect, which would reveal the key. */
export type SendProbe = (request: ProbeRequest, signal: AbortSignal) => Promise<ProbeAnswer>;

/** Reads a service's config for an environment. */
export interface ConfigSource {
  /** `file` is absolute, or relative to the files of the service. */
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
  /** Secrets in a config of that name, even if it is broken. Never fails. */
  secretsIn(file: string, content: string, disclosure?: Disclosure): Promise<string[]>;
  /** Key → fingerprint, as in a report; empty if the content is unreadable. Never fails. */
  fingerprintsIn(
    file: string,
    content: string,
    dialect?: ConfigReading['dialect'],
  ): Promise<Record<string, string>>;
}

// ---------------------------------------------------------------- hosts

/** A tar stream of files of a commit and of contents in memory (`extra`). `mtime` in Unix seconds. */
export type Pack = (
  from: FileReader,
  files: readonly { path: string; mode: number }[],
  extra: readonly { path: string; content: Buffer; mode: number }[],
  mtime: number,
) => Readable;

export type HostSettings = EnvironmentSettings['hosts'][number];

export interface Hosts {
  /** Opens (or reuses) the one connection of this run to a host. Fails with HostUnreachable. */
  open(settings: HostSettings, signal: AbortSignal): Promise<Host>;
  /** Closes every connection of this run. */
  closeAll(): Promise<void>;
}

export interface Answer {
  /** `key<TAB>value` lines of stdout, in order; a key may repeat. */
  values(key: string): string[];
  /** The only value of a key. Fails with StageFailed `unreadable-answer` if it is missing. */
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
  /** The beginning of a failure's message: the stage's title. */
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
  /** Additional headers; `host` replaces the address. */
  headers?: Record<string, string> | undefined;
  timeoutMs: number;
  signal: AbortSignal;
  /** For a request with a key: its headers, and the address for messages. The body of the answer is not read. */
  secret?: { headers: Record<string, string>; shown: string } | undefined;
}

/** One Linux host over one SSH connection. */
export interface Host {
  readonly name: string;
  /** Parameters go on stdin. Waits while the host is busy (exit 75); exit 76 is Fenced, any other StageFailed. */
  run(
    script: string,
    parameters: Record<string, string | number>,
    options: RunOptions,
  ): Promise<Answer>;
  /** Through the tunnel, to an address as the host sees it (`127.0.0.1:8001`). Fails with OutcomeUnknown. */
  get(url: URL, options: GetOptions): Promise<HttpAnswer>;
}
