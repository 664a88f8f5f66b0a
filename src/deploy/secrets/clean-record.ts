// Redacts the free text of records and log lines. Ids and names that code compares stay unchanged.
import { parseJson } from '../untrusted/parse-json.ts';
import type { Redactor } from './redactor.ts';
import { createPause } from '../untrusted/slices.ts';
import { cleanEnd } from './clean-ends.ts';

type Cleaner = Pick<Redactor, 'clean'>;

/** Fields that are not redacted: ids, kinds, times, digests. Code compares them, and no outsider writes them. */
export const NAMES: ReadonlySet<string> = new Set(
  [
    'type id kind level time code name stage phase status state service environment slot ref plan',
    'retryOf strategy ending due user channel team by acknowledgedBy cancelledBy worker host hosts',
    'deployment release liveRelease from blue green live sha digest checked manifest liveManifest',
    'checkedFor venv python returned key was now phasesDone configFingerprints configDialect side',
    'other doubt gate email',
  ].flatMap((line) => line.split(' ')),
);

/** In these fields NAMES does not apply: their keys may be names of hosts, and `by` in `leftOut` is free text. */
const TEXTS: ReadonlySet<string> = new Set(['leftOut', 'leftBehind', 'causes']);

/** How many characters at the end of a text a record keeps. */
const MAX_CHARACTERS = 1_000_000;

/** Returns a redacted copy. Blocks the process until it is done, so it is only for short texts. */
export function cleanDeep<T extends object>(redactor: Cleaner, value: T): T {
  const copy = structuredClone(value);
  for (const field of freeTextsIn(copy, false)) field.put(redactor.clean(field.text));
  return copy;
}

/** Returns a redacted copy of a record with output of hosts. Lets the process do other work in between. */
export async function cleanDeepInSlices<T extends object>(
  redactor: Redactor,
  value: T,
): Promise<T> {
  const copy = structuredClone(value);
  const clean = (text: string) => redactor.cleanInSlices(text);
  const pause = createPause();
  for (const field of freeTextsIn(copy, false)) {
    field.put(await cleanEnd(clean, field.text, MAX_CHARACTERS));
    await pause();
  }
  return copy;
}

/** A text in a record that must be redacted, and a function that replaces it. */
interface FreeText {
  text: string;
  put: (text: string) => void;
}

function* freeTextsIn(item: object, free: boolean): Generator<FreeText, void> {
  for (const [key, value] of Object.entries(item)) {
    if (!free && isName(key, value)) continue;
    if (typeof value === 'string')
      yield { text: value, put: (text) => void Reflect.set(item, key, text) };
    else if (typeof value === 'object' && value !== null)
      yield* freeTextsIn(value, free || TEXTS.has(key));
  }
}

/** True for a field that is not redacted. An object is redacted, because a host may have the name of a field. */
function isName(key: string, value: unknown): boolean {
  if (!NAMES.has(key)) return false;
  if (key === 'configFingerprints' || typeof value !== 'object') return true;
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

/** Returns a JSON text, such as a log line, with redacted fields. Text that is not JSON is redacted as a whole. */
export function cleanJson(redactor: Cleaner, json: string): string {
  const read = parseJson(json);
  if (typeof read !== 'object' || read === null) return redactor.clean(json);
  return `${JSON.stringify(cleanDeep(redactor, read))}${json.endsWith('\n') ? '\n' : ''}`;
}
