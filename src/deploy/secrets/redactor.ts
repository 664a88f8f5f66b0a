/** The one choke point before every sink: journal, log, Slack, file. */
import { withoutCredentials } from './credentials.ts';
import { createHiding, hidden, type Hiding } from './hiding.ts';
import { isPublic } from './public-words.ts';
import { replaced } from './replace.ts';
import { slices } from '../untrusted/slices.ts';

/** What a secret becomes wherever text leaves the process. */
const MASK = '[secret]';

/** So many values of hosts are hidden at the same time; the older half makes room. */
const MOST = 20_000;

// oxlint-disable-next-line no-control-regex -- terminal escapes are what is being removed
const ANSI = /\u001B(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001B]*(?:\u0007|\u001B\\)|[@-Z\\-_])/g;

export interface Redactor {
  /** Values to hide from now on, however they are encoded, cut or wrapped. Shorter than 3 characters: ignored. */
  learn(secrets: readonly string[]): void;
  /** The same for what a host says, which never makes room by taking the place of the above. */
  learnFromHost(secrets: readonly string[]): Promise<void>;
  /** At once: for short texts. */
  clean(text: string): string;
  /** The same, and everything else has its turn meanwhile. */
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
