// Decides what is masked in every text that leaves the process: journal, log, Slack, files.
import { maskCredentials } from './credentials.ts';
import { createSecretSet, maskSecrets, type SecretSet } from './mask-secrets.ts';
import { replaceMatches } from './replace.ts';
import { createPause } from '../untrusted/slices.ts';
import { z } from 'zod';
import { JournalEvent } from '../record/journal-event.ts';
import { FactsSchema } from '../record/facts.ts';

const MASK = '[secret]';

/** Values from hosts that are masked at the same time; the older half is forgotten first. */
const MOST = 20_000;

// oxlint-disable-next-line no-control-regex -- terminal escapes are what is being removed
const ANSI = /\u001B(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001B]*(?:\u0007|\u001B\\)|[@-Z\\-_])/g;

export interface Redactor {
  /** Values to mask from now on, in any encoding, cut or wrapped. Shorter than 3 characters: ignored. */
  learn(secrets: readonly string[]): void;
  /** The same for values from hosts, which never displace the above. */
  learnFromHost(secrets: readonly string[]): Promise<void>;
  /** Masks at once: for short texts. */
  clean(text: string): string;
  /** Masks in slices that let other work run. */
  cleanInSlices(text: string): Promise<string>;
}

export function createRedactor(): Redactor {
  const own = createSecretSet();
  let [recent, older] = [createSecretSet(), createSecretSet()];
  const cleaning = (text: string) => redact(text, [own, recent, older]);
  return {
    learn(secrets) {
      for (const secret of secrets) own.add(secret);
    },
    async learnFromHost(secrets) {
      const pause = createPause();
      for (const secret of secrets) {
        if (own.has(secret) || isPublic(secret)) continue;
        recent.add(secret);
        if (recent.size >= MOST / 2) [recent, older] = [createSecretSet(), recent];
        await pause();
      }
    },
    clean(text) {
      const steps = cleaning(text);
      for (;;) {
        const step = steps.next();
        if (step.done) return step.value;
      }
    },
    async cleanInSlices(text) {
      const [steps, pause] = [cleaning(text), createPause()];
      for (;;) {
        const step = steps.next();
        if (step.done) return step.value;
        await pause();
      }
    },
  };
}

function* redact(text: string, hidings: readonly SecretSet[]): Generator<void, string> {
  const bare = yield* replaceMatches(text, { value: ANSI }, '');
  return yield* maskCredentials(yield* maskSecrets(bare, hidings, MASK), MASK);
}

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
