// Describes the failures of a deployment (each with a code, the host and a next step), and what people read of an error.
import { z } from 'zod';
import type { FailureCode } from './codes.ts';

/** A release that could be rolled back to instead. */
const Offer = z.object({
  release: z.string(),
  /** Unix milliseconds. */
  at: z.number().optional(),
  /** First line of its commit's message; untrusted text. */
  subject: z.string().optional(),
  /** Slack user id of the person who deployed it. */
  by: z.string().optional(),
});
export type Offer = z.infer<typeof Offer>;

/** The new commit that last changed a line of the stack trace; author and subject are untrusted text. */
export const Blame = z.object({
  path: z.string(),
  line: z.number(),
  sha: z.string(),
  author: z.string(),
  subject: z.string(),
});
export type Blame = z.infer<typeof Blame>;

export const FailureRecord = z.object({
  code: z.string(),
  message: z.string(),
  next: z.string(),
  host: z.string().optional(),
  log: z.string().optional(),
  offers: z.array(Offer).optional(),
  /** The same commit cannot pass, so it is not offered again. */
  needsCommit: z.boolean().optional(),
  blame: Blame.optional(),
});
export type FailureRecord = z.infer<typeof FailureRecord>;

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

/** A check or a command failed. */
export class StageFailed extends Failure {}

/** The commit itself cannot pass: only a new commit or another setting helps. */
export class CommitRefused extends StageFailed {}

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
    message: 'argo-bot has a bug, and did not do this.',
    next: `search the bot’s log for ${id}, and report the bug with these lines.`,
  };
}
