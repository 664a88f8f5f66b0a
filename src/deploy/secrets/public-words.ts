// Decides which values of a config are never masked, because the bot's own messages use them.
import { z } from 'zod';
import { JournalEvent } from '../record/journal-event.ts';
import { FactsSchema } from '../record/facts.ts';

/** Names of releases, and Slack ids of people, channels and teams. */
const ID = /^(?:\d{8}-\d{6}-[\da-f]{7}|[UWCDGTEB][A-Z\d]{8,12})$/;

let words: ReadonlySet<string> | undefined;

export function isPublic(secret: string): boolean {
  words ??= new Set(choicesIn([z.toJSONSchema(JournalEvent), z.toJSONSchema(FactsSchema)]));
  return words.has(secret.toLowerCase()) || ID.test(secret);
}

/** All constants and enum values of a schema, and the words in them. */
function choicesIn(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]: [string, unknown]) => {
    if (key !== 'const' && key !== 'enum') return choicesIn(value);
    const all = [value].flat().filter((one) => typeof one === 'string');
    return all.flatMap((one) => [one, ...one.split('-')]);
  });
}
