// Describes a way to deploy that takes part in the comparison.
import type { TestHost } from '../sandbox/host/host.ts';

export const ARGO_BOT = 'argo-bot';
export const TIGHT = 'tight blue/green';

/** A commit to deploy, and what tells its answers apart. */
export interface Change {
  sha: string;
  /** The VERSION in its tree. */
  version: string;
}

/** What a deployment took that is not the tool's doing, and where its time went if it tells. */
export interface Told {
  approverMs: number;
  /** Milliseconds by step, in order; empty for a script. */
  steps: readonly Step[];
}

/** Of a tool that keeps no journal. */
export const nothingTold: Told = { approverMs: 0, steps: [] };

export interface Step {
  name: string;
  ms: number;
  /** Whether users wait for it: it ends before they are on the new release. */
  before: boolean;
}

/** A way to deploy, with a host of its own. */
export interface Contender {
  name: string;
  host: TestHost;
  /** The host as nobody has ever deployed to it. */
  wipe(): Promise<void>;
  /** Resolves when the tool has done all it does. */
  deploy(change: Change): Promise<Told>;
  /** From what is live to the change before it. */
  goBack(before: Change): Promise<Told>;
  /** How the X-Release header ends once this change answers. */
  signOf(change: Change): string;
}
