/** Cleans the free text of a record. Names that code compares or follows stay as they are, whatever they hold. */
import type { Redactor } from './redactor.ts';
import { slices } from '../untrusted/slices.ts';
import { cleanEnd } from './cut.ts';

type Cleaner = Pick<Redactor, 'clean'>;

/** Ids, kinds, times, digests: no outside text, and nothing works any more when one of them is masked. */
export const NAMES: ReadonlySet<string> = new Set(
  [
    'type id kind level time code name stage phase status state service environment slot ref plan',
    'retryOf strategy ending due user channel team by acknowledgedBy cancelledBy worker host hosts',
    'deployment release liveRelease from blue green live sha digest checked manifest liveManifest',
    'checkedFor venv python returned key was now phasesDone configFingerprints configDialect side',
    'other doubt gate email',
  ].flatMap((line) => line.split(' ')),
);

/** In these every text is free, whatever its name is: the names in them are of hosts, or mean something else. */
export const TEXTS: ReadonlySet<string> = new Set(['leftOut', 'leftBehind', 'causes']);

/** Of a longer text, a record keeps its end. */
const LONGEST = 1_000_000;

/** A copy in the same shape, at once: for what has no long texts. */
export function cleanDeep<T extends object>(redactor: Cleaner, value: T): T {
  const copy = structuredClone(value);
  for (const place of placesIn(copy, false)) place.put(redactor.clean(place.text));
  return copy;
}

/** The same for what a host may have written: everything else has its turn meanwhile. */
export async function cleanDeepInSlices<T extends object>(
  redactor: Redactor,
  value: T,
): Promise<T> {
  const copy = structuredClone(value);
  const clean = (text: string) => redactor.cleanInSlices(text);
  const pause = slices();
  for (const place of placesIn(copy, false)) {
    place.put(await cleanEnd(clean, place.text, LONGEST));
    await pause();
  }
  return copy;
}

/** Where a text is free, and how it is replaced. */
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

/** A name, a list of names, or the fingerprints of keys; an object may be a host that is called like one of them. */
function isName(key: string, value: unknown): boolean {
  if (!NAMES.has(key)) return false;
  if (key === 'configFingerprints' || typeof value !== 'object') return true;
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

/** The same of a JSON text, such as a line of a log; what is no JSON is cleaned as a whole. */
export function cleanJson(redactor: Cleaner, json: string): string {
  const read = parsed(json);
  if (typeof read !== 'object' || read === null) return redactor.clean(json);
  return `${JSON.stringify(cleanDeep(redactor, read))}${json.endsWith('\n') ? '\n' : ''}`;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
