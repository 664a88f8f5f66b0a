import type { Offer } from './events.ts';

/**
 * The failures of a deployment. Expected refusals are values; these are for what stops a stage.
 * Each carries a code to match on, the host it happened on and the next step for a person.
 */
export interface FailureDetails {
  /** Stable, kebab-case; what tests and the record match on. */
  code: string;
  /** What to do now, one sentence. */
  next: string;
  host?: string | undefined;
  cause?: unknown;
  /** Longer text (journal lines, compiler output) that becomes a file in the thread. */
  log?: string | undefined;
  /** Releases that could be gone back to instead. */
  offers?: Offer[] | undefined;
}

abstract class Failure extends Error {
  readonly code: string;
  readonly next: string;
  readonly host: string | undefined;
  readonly log: string | undefined;
  readonly offers: Offer[] | undefined;

  constructor(message: string, details: FailureDetails) {
    super(message, { cause: details.cause });
    this.name = new.target.name;
    this.code = details.code;
    this.next = details.next;
    this.host = details.host;
    this.log = details.log;
    this.offers = details.offers;
  }
}

/** A check said no, or a command failed: trying again changes nothing. */
export class StageFailed extends Failure {}

/** The connection could not be made: host down, wrong key, unknown host key. */
export class HostUnreachable extends Failure {}

/** The link went away under a command: it may or may not have happened, so look before acting. */
export class OutcomeUnknown extends Failure {}

/** Someone with a higher epoch has taken over: stop, touch nothing, report nothing but this. */
export class Fenced extends Failure {}

/** Settings, argo.yml or the environment are not usable. */
export class Misconfigured extends Failure {}

/** This run was asked to stop (shutdown, lost lock, cancel): not a failure of the deployment. */
export class Interrupted extends Failure {
  constructor(why: string, next = 'Another worker goes on from here.') {
    super(why, { code: 'interrupted', next });
  }
}

export type AnyFailure =
  StageFailed | HostUnreachable | OutcomeUnknown | Fenced | Misconfigured | Interrupted;

export function isFailure(error: unknown): error is AnyFailure {
  return error instanceof Failure;
}

/** The wording every failed command has: `<what> exited <code> on <host>: <last lines of stderr>`. */
export function exited(what: string, code: number, host: string, stderr: string): string {
  const lines = stderr.trim().split('\n').slice(-5).join('\n').trim();
  return `${what} exited ${code} on ${host}: ${lines === '' ? 'nothing written' : lines}`;
}
