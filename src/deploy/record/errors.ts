// Describes the failures of a deployment (each with a code, the host and a next step), and what people read of an error.
import type { FailureCode } from './codes.ts';
import type { Offer } from './events.ts';

/** Failures stop a stage. Expected refusals are values instead. */
export interface FailureDetails {
  code: FailureCode;
  /** The next step for a person, one sentence. */
  next: string;
  host?: string | undefined;
  cause?: unknown;
  /** Longer text (log lines, compiler output), shown as a file in the thread. */
  log?: string | undefined;
  /** Releases that could be rolled back to instead. */
  offers?: Offer[] | undefined;
}

abstract class Failure extends Error {
  readonly code: FailureCode;
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

/** Code of a rollback that has no target on a host. */
export const NOTHING_TO_RETURN_TO = 'nothing-to-return-to';

/** A check or a command failed: retrying changes nothing. */
export class StageFailed extends Failure {}

/** No connection: host down, wrong key, unknown host key. */
export class HostUnreachable extends Failure {}

/** The connection broke during a command, which may or may not have run. Check before acting. */
export class OutcomeUnknown extends Failure {}

/** A worker with a higher epoch has taken over: stop, and touch nothing. */
export class Fenced extends Failure {}

/** argo.yml or the environment is not usable. */
export class Misconfigured extends Failure {}

/** This run was told to stop (shutdown, lost lock, cancel). Not a failure of the deployment. */
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

/** `<what> exited <code> on <host>: <last lines of stderr>` */
export function exitMessage(what: string, code: number, host: string, stderr: string): string {
  const lines = stderr.trim().split('\n').slice(-5).join('\n').trim();
  return `${what} exited ${code} on ${host}: ${lines === '' ? 'nothing written' : lines}`;
}

export interface ErrorForPeople {
  message: string;
  next: string;
}

/** The caller logs the error under `id`. */
export function errorForPeople(error: unknown, id: string): ErrorForPeople {
  if (isFailure(error)) return { message: error.message, next: error.next };
  return {
    message: 'something failed inside argo-bot',
    next: `See its log, id ${id}. It is a fault of argo-bot: please report it with these lines.`,
  };
}
