// Describes the doctor's findings, and turns a failed check into a finding.
import { isFailure } from '../deploy/record/errors.ts';
import { messageOf } from '../deploy/untrusted/unknown-error.ts';

export type Level = 'ok' | 'warn' | 'fail';

/** The result of one check. */
export interface Finding {
  level: Level;
  /** The name of the check, in one to three words. */
  what: string;
  /** The result, for people. */
  text: string;
  /** How to fix it, with commands to paste where possible. */
  fix?: string | undefined;
}

/** A section of the report: Slack, Redis, one host. */
export interface Part {
  title: string;
  findings: Finding[];
  /** The predicted steps of the next deployment on this host. */
  plan?: string[];
}

/** A check of one subject. An error that it throws becomes a finding. */
export type Check = () => Finding | Finding[] | Promise<Finding | Finding[]>;

export function ok(what: string, text: string): Finding {
  return { level: 'ok', what, text };
}

export function warn(what: string, text: string, fix: string): Finding {
  return { level: 'warn', what, text, fix };
}

export function fail(what: string, text: string, fix: string): Finding {
  return { level: 'fail', what, text, fix };
}

/** Turns the error of a check into a finding. The next step of a Failure becomes the fix, without Slack's backticks. */
export function failureFinding(what: string, error: unknown): Finding {
  if (isFailure(error)) return fail(what, error.message, error.next.replaceAll('`', ''));
  return fail(what, messageOf(error), 'this is a bug in argo-bot: report it with this line.');
}

/** Runs one check. Its error becomes a finding, so that the other checks still run. */
export async function runCheck(what: string, check: Check): Promise<Finding[]> {
  try {
    return [await check()].flat();
  } catch (error) {
    return [failureFinding(what, error)];
  }
}

/** Runs all checks of a part in parallel. Findings keep the order of `checks`. */
export async function runPart(title: string, checks: Record<string, Check>): Promise<Part> {
  const found = await Promise.all(
    Object.entries(checks).map(([what, check]) => runCheck(what, check)),
  );
  return { title, findings: found.flat() };
}
