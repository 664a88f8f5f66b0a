// Decides what is masked in every text that leaves the process: journal, log, Slack, files.
import { withoutCredentials } from './credentials.ts';
import { createHiding, hidden, type Hiding } from './hiding.ts';
import { isPublic } from './public-words.ts';
import { replaced } from './replace.ts';
import { slices } from '../untrusted/slices.ts';

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
  const own = createHiding();
  let [recent, older] = [createHiding(), createHiding()];
  const cleaning = (text: string) => cleaned(text, [own, recent, older]);
  return {
    learn(secrets) {
      for (const secret of secrets) own.add(secret);
    },
    async learnFromHost(secrets) {
      const pause = slices();
      for (const secret of secrets) {
        if (own.has(secret) || isPublic(secret)) continue;
        recent.add(secret);
        if (recent.size >= MOST / 2) [recent, older] = [createHiding(), recent];
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
      const [steps, pause] = [cleaning(text), slices()];
      for (;;) {
        const step = steps.next();
        if (step.done) return step.value;
        await pause();
      }
    },
  };
}

function* cleaned(text: string, hidings: readonly Hiding[]): Generator<void, string> {
  const bare = yield* replaced(text, { value: ANSI }, '');
  return yield* withoutCredentials(yield* hidden(bare, hidings, MASK), MASK);
}
