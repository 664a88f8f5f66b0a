// Describes failures of a deployment, each with code, host and next step, and what people read of an error.
import { z } from 'zod';
import type { FailureCode } from './codes.ts';

/** A release that a person can choose as rollback target after this failure. */
const Offer = z.object({
  release: z.string(),
  /** Unix milliseconds. */
  at: z.number().optional(),
  /** First line of the commit message of the release; untrusted text. */
  subject: z.string().optional(),
  /** Slack user id of the person who deployed this release. */
  by: z.string().optional(),
});
export type Offer = z.infer<typeof Offer>;

/** The commit that last changed a line in the stack trace of a crash. Author and subject are untrusted text. */
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
  /** True if the same commit would fail again, so no retry is offered. */
  needsCommit: z.boolean().optional(),
  blame: Blame.optional(),
});
export type FailureRecord = z.infer<typeof FailureRecord>;

/** Details of an error that stops a stage. Expected refusals are return values, not errors. */
export interface FailureDetails {
  code: FailureCode;
  /** The next step for a person, one sentence. */
  next: string;
  host?: string | undefined;
  cause?: unknown;
  /** Longer text (log lines, compiler output), shown as a file in the thread. */
  log?: string | undefined;
  /** Releases that the person can choose as rollback target after this failure. */
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

/** Failure code of a rollback that finds no release to return to on a host. */
export const NOTHING_TO_RETURN_TO = 'nothing-to-return-to';

/** A check or a command of a stage failed. */
export class StageFailed extends Failure {}

/** The commit itself cannot pass: only a new commit or another setting helps. */
export class CommitRefused extends StageFailed {}

/** The bot could not connect to a host: host down, wrong key, unknown host key. */
export class HostUnreachable extends Failure {}

/** The connection broke during a command, so nobody knows if the command ran. Check the host before a repetition. */
export class OutcomeUnknown extends Failure {}

/** A worker with a higher epoch has taken over the deployment: this worker must stop and change nothing. */
export class Fenced extends Failure {}

/** argo.yml or the environment is not usable. */
export class Misconfigured extends Failure {}

/** The worker was told to stop (shutdown, lost BullMQ lock, cancel). The deployment has not failed. */
export class Interrupted extends Failure {
  constructor(why: string, next = 'nothing to do: another worker continues.') {
    super(why, { code: 'interrupted', next });
  }
}

export type AnyFailure =
  StageFailed | HostUnreachable | OutcomeUnknown | Fenced | Misconfigured | Interrupted;

export function isFailure(error: unknown): error is AnyFailure {
  return error instanceof Failure;
}

export function exitMessage(what: string, code: number, host: string, stderr: string): string {
  const lines = stderr.trim().split('\n').slice(-5).join('\n').trim();
  return `${what} exited ${code} on ${host}: ${lines === '' ? 'nothing written' : lines}`;
}

/** Returns a failure's message without quoted logs: its first line, and what happened on each host. */
export function withoutLog(failure: FailureRecord, hosts: Record<string, unknown> = {}): string {
  const [first = ''] = failure.message.split('\n');
  return [first, ...outcomesOf(failure, Object.keys(hosts))].join('. ');
}

export function isOutcome(line: string, hosts: readonly string[]): boolean {
  return hosts.some((host) => line.startsWith(`${host}: `));
}

/** Returns the message's lines about hosts. A single line, if it is of the failed host, loses the host's name. */
export function outcomesOf({ message, host }: FailureRecord, hosts: readonly string[]): string[] {
  const lines = message
    .split('\n')
    .slice(1)
    .filter((line) => isOutcome(line, hosts));
  const [only = ''] = lines;
  if (lines.length !== 1 || host === undefined || !only.startsWith(`${host}: `)) return lines;
  const text = only.slice(host.length + 2);
  return [`${text.charAt(0).toUpperCase()}${text.slice(1)}`];
}

export type ErrorForPeople = Pick<FailureRecord, 'message' | 'next'>;

/** Returns what people read of an error. The caller logs the details of an unexpected error under `id`. */
export function errorForPeople(error: unknown, id: string): ErrorForPeople {
  if (isFailure(error)) return { message: error.message, next: error.next };
  return {
    message: 'argo-bot has a bug, and did not do this.',
    next: `search the bot’s log for ${id}, and report the bug with these lines.`,
  };
}
