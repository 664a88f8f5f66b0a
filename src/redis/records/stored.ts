// Parses stored JSON. Handles journals that cannot be read: the failure names the deployment, and lists skip it.
import type { z } from 'zod';
import type { Deployment } from '../../deploy/record/deployment.ts';
import { Misconfigured } from '../../deploy/record/errors.ts';
import type { DeploymentEvent } from '../../deploy/record/events.ts';
import { fold } from '../../deploy/record/fold.ts';

const CODE = 'journal-unreadable';

/** Returns undefined if the key does not exist (`json` is null). Fails if the value does not match the schema. */
export function parseStored<T>(schema: z.ZodType<T>, json: string | null): T | undefined {
  return json === null ? undefined : schema.parse(JSON.parse(json));
}

export function foldJournal(id: string, events: readonly DeploymentEvent[]): Deployment {
  try {
    return fold(events);
  } catch (error) {
    throw unreadable(id, 'its events contradict each other', error);
  }
}

export function unreadable(id: string, why: string, cause: unknown): Misconfigured {
  return new Misconfigured(`The journal of deployment ${id} cannot be read: ${why}`, {
    code: CODE,
    next: `on the bot's machine, run \`argo-bot repair ${id}\`: it sets the journal aside and locks its environment. If an older argo-bot runs beside this one, stop that one first.`,
    cause,
  });
}

/** Skips an unreadable journal in a list: returns undefined for it, and rethrows other errors. */
export function skipUnreadable(error: unknown): undefined {
  if (error instanceof Misconfigured && error.code === CODE) return undefined;
  throw error;
}
