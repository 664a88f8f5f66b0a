/** Decides which values of a config hide nothing: the bot's own messages are made of them. */
import { z } from 'zod';
import { EventSchema } from '../record/events.ts';
import { FactsSchema } from '../record/facts.ts';

/** A release, a person, channel or team of Slack. Whoever makes one of them a password has none. */
const ID = /^(?:\d{8}-\d{6}-[\da-f]{7}|[UWCDGTEB][A-Z\d]{8,12})$/;

let words: ReadonlySet<string> | undefined;

export function isPublic(secret: string): boolean {
  words ??= new Set(choicesIn([z.toJSONSchema(EventSchema), z.toJSONSchema(FactsSchema)]));
  return words.has(secret.toLowerCase()) || ID.test(secret);
}

/** What a schema lets a field be, and each word of it. */
function choicesIn(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]: [string, unknown]) => {
    if (key !== 'const' && key !== 'enum') return choicesIn(value);
    const all = [value].flat().filter((one) => typeof one === 'string');
    return all.flatMap((one) => [one, ...one.split('-')]);
  });
}
