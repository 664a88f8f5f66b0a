/** Cleans the free text of a record. Names that code compares or follows stay as they are, whatever they hold. */
import type { Redactor } from '../redact.ts';

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

/** A copy in the same shape. */
export function cleanDeep<T extends object>(redactor: Redactor, value: T): T {
  return scrub(redactor, structuredClone(value), false);
}

function scrub<T extends object>(redactor: Redactor, item: T, free: boolean): T {
  for (const [key, value] of Object.entries(item)) {
    if (!free && isName(key, value)) continue;
    if (typeof value === 'string') Reflect.set(item, key, redactor.clean(value));
    else if (typeof value === 'object' && value !== null)
      scrub(redactor, value, free || TEXTS.has(key));
  }
  return item;
}

/** A name, a list of names, or the fingerprints of keys; an object may be a host that is called like one of them. */
function isName(key: string, value: unknown): boolean {
  if (!NAMES.has(key)) return false;
  if (key === 'configFingerprints' || typeof value !== 'object') return true;
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

/** The same of a JSON text, such as a line of a log; what is no JSON is cleaned as a whole. */
export function cleanJson(redactor: Redactor, json: string): string {
  const read = parsed(json);
  if (typeof read !== 'object' || read === null) return redactor.clean(json);
  return `${JSON.stringify(scrub(redactor, read, false))}${json.endsWith('\n') ? '\n' : ''}`;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
