// Decides what is masked in every text that leaves the process: journal, log, Slack, files.
import { maskCredentials } from './credentials.ts';
import { createSecretSet, maskSecrets, type SecretSet } from './hiding.ts';
import { isPublic } from './public-words.ts';
import { replaceMatches } from './replace.ts';
import { createPause } from '../untrusted/slices.ts';

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
