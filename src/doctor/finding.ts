import { isFailure } from '../deploy/record/errors.ts';

export type Level = 'ok' | 'warn' | 'fail';

/** One thing that was looked at. */
export interface Finding {
  level: Level;
  /** What was looked at, in one to three words. */
  what: string;
  /** What was found. */
  text: string;
  /** What to do about it: commands to paste, where there are any. */
  fix?: string | undefined;
}

/** What belongs together: Slack, Redis, one host. */
export interface Part {
  title: string;
  findings: Finding[];
  /** What the next deployment would do there, line by line. */
  plan?: string[];
}

export function ok(what: string, text: string): Finding {
  return { level: 'ok', what, text };
}

export function warn(what: string, text: string, fix: string): Finding {
  return { level: 'warn', what, text, fix };
}

export function fail(what: string, text: string, fix: string): Finding {
  return { level: 'fail', what, text, fix };
}

/** Whatever stopped a look is what was found; its next step is the fix. */
export function failed(what: string, error: unknown): Finding {
  if (isFailure(error)) return fail(what, error.message, error.next);
  const text = error instanceof Error ? error.message : String(error);
  return fail(what, text, 'This is a fault of argo-bot itself: please report it with this line.');
}

/** One look; its failure is a finding like any other, so that it never hides what others found. */
export async function looked(
  what: string,
  look: () => Promise<Finding | Finding[]>,
): Promise<Finding[]> {
  try {
    return [await look()].flat();
  } catch (error) {
    return [failed(what, error)];
  }
}

/** All looks of a part at once, in the order they were given. */
export async function part(
  title: string,
  looks: Record<string, () => Promise<Finding | Finding[]>>,
): Promise<Part> {
  const found = await Promise.all(Object.entries(looks).map(([what, look]) => looked(what, look)));
  return { title, findings: found.flat() };
}
