// Redacts the free text of records and log lines. Ids and names that code compares stay unchanged.
import { parseJson } from '../untrusted/parse-json.ts';
import type { Redactor } from './redactor.ts';
import { createPause } from '../untrusted/slices.ts';
import { cleanEnd } from './clean-ends.ts';

type Cleaner = Pick<Redactor, 'clean'>;

/** Fields with ids, kinds, times and digests. They contain no outside text, and masking one would break the bot. */
export const NAMES: ReadonlySet<string> = new Set(
  [
    'type id kind level time code name stage phase status state service environment slot ref plan',
    'retryOf strategy ending due user channel team by acknowledgedBy cancelledBy worker host hosts',
    'deployment release liveRelease from blue green live sha digest checked manifest liveManifest',
    'checkedFor venv python returned key was now phasesDone configFingerprints configDialect side',
    'other doubt gate email',
  ].flatMap((line) => line.split(' ')),
);

/** Below these fields all text is free: their keys are hosts, or have another meaning. */
export const TEXTS: ReadonlySet<string> = new Set(['leftOut', 'leftBehind', 'causes']);

/** Characters of a text that a record keeps, from its end. */
const LONGEST = 1_000_000;

/** A redacted copy, made at once: only for short texts. */
export function cleanDeep<T extends object>(redactor: Cleaner, value: T): T {
  const copy = structuredClone(value);
  for (const place of placesIn(copy, false)) place.put(redactor.clean(place.text));
  return copy;
}

/** The same for output of hosts, in slices that let other work run. */
export async function cleanDeepInSlices<T extends object>(
  redactor: Redactor,
  value: T,
): Promise<T> {
  const copy = structuredClone(value);
  const clean = (text: string) => redactor.cleanInSlices(text);
  const pause = createPause();
  for (const place of placesIn(copy, false)) {
    place.put(await cleanEnd(clean, place.text, LONGEST));
    await pause();
  }
  return copy;
}

/** A free text in a record, and its setter. */
interface RecordPath {
  text: string;
  put: (text: string) => void;
}

function* placesIn(item: object, free: boolean): Generator<RecordPath, void> {
  for (const [key, value] of Object.entries(item)) {
    if (!free && isName(key, value)) continue;
    if (typeof value === 'string')
      yield { text: value, put: (text) => void Reflect.set(item, key, text) };
    else if (typeof value === 'object' && value !== null)
      yield* placesIn(value, free || TEXTS.has(key));
  }
}

/** True for a name, a list of names, or fingerprints. An object may be a host with the name of such a field. */
function isName(key: string, value: unknown): boolean {
  if (!NAMES.has(key)) return false;
  if (key === 'configFingerprints' || typeof value !== 'object') return true;
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

/** The same for a JSON text, such as a log line; other text is redacted as a whole. */
export function cleanJson(redactor: Cleaner, json: string): string {
  const read = parseJson(json);
  if (typeof read !== 'object' || read === null) return redactor.clean(json);
  return `${JSON.stringify(cleanDeep(redactor, read))}${json.endsWith('\n') ? '\n' : ''}`;
}
