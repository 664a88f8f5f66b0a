// Learns secrets, and has them masked in every text that leaves the process: journal, log, Slack, files.
import { maskCredentials } from './credentials.ts';
import { createSecretSet, maskSecrets, type SecretSet } from './mask-secrets.ts';
import { replaceMatches } from './replace.ts';
import { createPause } from '../untrusted/slices.ts';
import { z } from 'zod';
import { JournalEvent } from '../record/journal-event.ts';
import { FactsSchema } from '../record/facts.ts';

/** How many values from hosts are masked at a time. At the limit, the redactor forgets the older half. */
const MAX_HOST_VALUES = 20_000;

/** Texts of up to this many characters are remembered: each update of a thread redacts the same record again. */
const REMEMBERED_CHARACTERS = 1_024;
const MAX_REMEMBERED = 4_000;

// oxlint-disable-next-line no-control-regex -- terminal escapes are what is being removed
const ANSI = /\u001B(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001B]*(?:\u0007|\u001B\\)|[@-Z\\-_])/g;

export interface Redactor {
  /** Masks the secrets from now on, in any encoding, cut or wrapped. Ignores secrets under 3 characters. */
  learn(secrets: readonly string[]): void;
  /** Masks secrets from hosts. Above MAX_HOST_VALUES, forgets the oldest of them, but none that `learn` got. */
  learnFromHost(secrets: readonly string[]): Promise<void>;
  /** Masks a short text. Blocks the process until it is done. */
  clean(text: string): string;
  /** Masks a text of any length. Lets the process do other work in between. */
  cleanInSlices(text: string): Promise<string>;
}

export function createRedactor(): Redactor {
  const own = createSecretSet();
  let [recent, older] = [createSecretSet(), createSecretSet()];
  /** Short texts, and how they read without secrets. A new secret starts a new map. */
  let remembered = new Map<string, string>();
  const forget = (): void => void (remembered = new Map());
  const redaction = (text: string) => redact(text, [own, recent, older]);
  return {
    learn(secrets) {
      for (const secret of secrets) own.add(secret);
      forget();
    },
    async learnFromHost(secrets) {
      const pause = createPause();
      for (const secret of secrets) {
        if (own.has(secret) || isPublic(secret)) continue;
        if (!recent.has(secret)) forget();
        recent.add(secret);
        if (recent.size >= MAX_HOST_VALUES / 2) [recent, older] = [createSecretSet(), recent];
        await pause();
      }
    },
    clean(text) {
      const known = remembered.get(text);
      if (known !== undefined) return known;
      const steps = redaction(text);
      let step = steps.next();
      while (!step.done) step = steps.next();
      remember(remembered, text, step.value);
      return step.value;
    },
    async cleanInSlices(text) {
      // A secret that is learned meanwhile starts another map, so this result is not remembered after it.
      const memory = remembered;
      const known = memory.get(text);
      if (known !== undefined) return known;
      const [steps, pause] = [redaction(text), createPause()];
      let step = steps.next();
      for (; !step.done; step = steps.next()) await pause();
      remember(memory, text, step.value);
      return step.value;
    },
  };
}

function remember(memory: Map<string, string>, text: string, cleaned: string): void {
  if (memory.size >= MAX_REMEMBERED) memory.clear();
  if (text.length <= REMEMBERED_CHARACTERS) memory.set(text, cleaned);
}

function* redact(text: string, secretSets: readonly SecretSet[]): Generator<void, string> {
  const withoutEscapes = yield* replaceMatches(text, { value: ANSI }, '');
  return yield* maskCredentials(yield* maskSecrets(withoutEscapes, secretSets));
}

/** Matches what is never secret: names of releases, and Slack ids of people, channels and teams. */
const ID = /^(?:\d{8}-\d{6}-[\da-f]{7}|[UWCDGTEB][A-Z\d]{8,12})$/;

let publicWords: ReadonlySet<string> | undefined;

/** True for a word of the journal's schema, such as `failed`, or an id: masking these would make records useless. */
function isPublic(secret: string): boolean {
  publicWords ??= new Set(choicesIn([z.toJSONSchema(JournalEvent), z.toJSONSchema(FactsSchema)]));
  return publicWords.has(secret.toLowerCase()) || ID.test(secret);
}

/** Returns all constants and enum values of a JSON Schema, and the words in them. */
function choicesIn(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]: [string, unknown]) => {
    if (key !== 'const' && key !== 'enum') return choicesIn(value);
    const all = [value].flat().filter((one) => typeof one === 'string');
    return all.flatMap((one) => [one, ...one.split('-')]);
  });
}
