import type { World } from './world.ts';

/** Takes a fault away again. */
export type Mend = () => Promise<void>;

/** Puts a fault there. Runs on a host and a repository that are well. */
export type Breakage = (world: World) => Promise<Mend>;

/** Where a value stands in argo.yml below the service (`unit.exec_start`), and what it becomes. */
export type Changes = Readonly<Record<string, unknown>>;

/** One row of the campaign. */
export interface Fault {
  readonly name: string;
  /** Number of the incident in the first users' record that this is a variant of. */
  readonly incident?: 1 | 2 | 3 | 4 | 5;
  readonly breaks: Breakage;
  /** What argo.yml declares for this row, with the fault and without it. */
  readonly given?: Changes | ((world: World) => Changes);
  /** Done when the approval is asked, before it is given: things happen while people wait. */
  readonly meanwhile?: (world: World) => Promise<void>;
  /** Where it is deployed: behind the proxy, or in the one of `strategy: restart`. */
  readonly environment?: 'production' | 'single';
  /** What people type after `/argo`; `deploy` unless told otherwise. */
  readonly words?: string;
  /**
   * `stopped`: before traffic moved. `rolled-back`: after it, by itself. `shown`: the deployment goes on,
   * and a warning or an alert in the thread says what was found.
   */
  readonly outcome?: 'stopped' | 'rolled-back' | 'shown';
  /** The stage that stops it, or that shows it. */
  readonly stage: string;
  /** Of the failure; a warning has none. */
  readonly code?: string;
  /** In the message that the thread shows. */
  readonly says: RegExp;
  /** In the log that the thread carries as a file. */
  readonly log?: RegExp;
  /** Looked at after the fault has been dealt with and before it is mended; says what is wrong. */
  readonly afterwards?: (world: World) => Promise<string | undefined>;
}
