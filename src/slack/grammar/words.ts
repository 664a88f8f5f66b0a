// Parses the arguments of each command: slots, refs, releases, numbers.
import { SlotChoice } from '../../deploy/record/events.ts';
import { isRevision, REVISION_EXAMPLES } from '../../deploy/untrusted/git-names.ts';
import { nearestWord } from '../../deploy/untrusted/spelling.ts';
import { shown, visibleLength } from './tokens.ts';

const SLOTS: readonly SlotChoice[] = SlotChoice.options;

const RELEASE = /^(?:\d{8}-\d{4,6}-[0-9a-f]{7,}|adopted-(?:blue|green))$/;
/** A commit, or the beginning of a release's name. */
const COMMIT = /^(?:\d{8}-\d{4,}\S*|(?=.*\d)(?=.*[a-f])[0-9a-f]{7,40})$/;
const NAME_WITH_DIGIT = /^(?=.*\d)[A-Za-z0-9][A-Za-z0-9._-]*$/;

const MOST_REASON = 500;

const DEFAULT_HISTORY = 10;
const MAX_HISTORY = 30;

/** Reads a slot and a ref, in either order. All parsers here return a string if the words are wrong. */
export function deployWords(words: readonly string[]): { slot: SlotChoice; ref?: string } | string {
  let slot: SlotChoice | undefined;
  let ref: string | undefined;
  for (const word of words) {
    const slotName = SLOTS.find((candidate) => candidate === word.toLowerCase());
    if (slotName && slot) {
      return `Two slots are named, \`${slot}\` and \`${slotName}\`. A branch of that name is \`refs/heads/${slotName}\`.`;
    }
    if (slotName) slot = slotName;
    else if (ref !== undefined) return tooMany(word);
    else ref = word;
  }
  if (ref === undefined) return { slot: slot ?? 'idle' };
  const problem = refProblem(ref, slot);
  return problem ?? { slot: slot ?? 'idle', ref };
}

const tooMany = (word: string): string => `\`${shown(word)}\` is one word too many.`;

function refProblem(ref: string, slot: SlotChoice | undefined): string | undefined {
  if (!isRevision(ref)) {
    return `\`${shown(ref)}\` cannot be a git ref. Name a branch, a tag or a commit, such as \`${REVISION_EXAMPLES.replaceAll(', ', '`, `')}\`.`;
  }
  if (slot) return undefined;
  const meant = nearestWord(ref, SLOTS);
  // Without this check, a misspelled slot fails a minute later as an unknown branch.
  return meant && ref.length > 2
    ? `Did you mean \`${meant}\`? To deploy a ref called \`${shown(ref)}\`, write \`idle ${shown(ref)}\`.`
    : undefined;
}

/** Reads a release, a reason, or both. A word that names a target but no release is refused, not taken as the reason. */
export function rollbackWords(
  typed: readonly string[],
): { release?: string; reason?: string } | string {
  const [, second = ''] = typed;
  const to = typed[0]?.toLowerCase() === 'to' && (typed.length === 2 || RELEASE.test(second));
  const words = to ? typed.slice(1) : typed;
  const [first = ''] = words;
  const alone = words.length === 1;
  const hasRelease =
    RELEASE.test(first) || (alone ? NAME_WITH_DIGIT.test(first) : COMMIT.test(first));
  if (alone && !hasRelease && (to || isSlot(first) || isRefPath(first))) return noRelease(first);
  const reason = words
    .slice(hasRelease ? 1 : 0)
    .join(' ')
    .slice(0, MOST_REASON);
  return {
    ...(hasRelease ? { release: first } : {}),
    ...(visibleLength(reason) === 0 ? {} : { reason }),
  };
}

export const isSlot = (word: string): boolean => SLOTS.some((slot) => slot === word.toLowerCase());

const isRefPath = (word: string): boolean => /[/~^@]/.test(word) && isRevision(word);

/** `what`: the kind of thing that the word names. */
export function noRelease(word: string, what = isSlot(word) ? 'a slot' : undefined): string {
  const is = what === undefined ? 'is not a release' : `is ${what}, not a release`;
  return `\`${shown(word)}\` ${is}. \`/argo history\` names the releases. Without a name, the rollback returns to the previous good release.`;
}

const CONFIG_ACTS = ['check', 'diff', 'push'] as const;
export type ConfigAct = (typeof CONFIG_ACTS)[number];

export function configAct(words: readonly string[]): { act: ConfigAct } | string {
  const [word, extra] = words;
  if (extra !== undefined) return tooMany(extra);
  const known = CONFIG_ACTS.map((act) => `\`${act}\``).join(', ');
  if (word === undefined) return `Missing subcommand: one of ${known}.`;
  const act = CONFIG_ACTS.find((candidate) => candidate === word.toLowerCase());
  if (act) return { act };
  const meant = nearestWord(word, CONFIG_ACTS);
  const hint = meant ? `Did you mean \`${meant}\`?` : `One of ${known}.`;
  return `\`/argo config\` does not know \`${shown(word)}\`. ${hint}`;
}

/** Reads a slot and a number of lines, in either order. Returns `idle` if no slot was typed. */
export function logWords(words: readonly string[]): { slot: SlotChoice; lines?: number } | string {
  let slot: SlotChoice = 'idle';
  let lines: number | undefined;
  for (const word of words) {
    const slotName = SLOTS.find((candidate) => candidate === word.toLowerCase());
    if (slotName && slotName !== 'idle') slot = slotName;
    else if (/^\d{1,4}$/.test(word) && Number(word) >= 1) lines = Number(word);
    else return `\`${shown(word)}\` is neither blue, green nor a number of lines up to 9999.`;
  }
  return lines === undefined ? { slot } : { slot, lines };
}

export function oneRef(words: readonly string[]): { ref?: string } | string {
  const [ref, extra] = words;
  if (extra !== undefined) return tooMany(extra);
  return ref === undefined ? {} : (refProblem(ref, 'idle') ?? { ref });
}

export function historyLimit(words: readonly string[]): { limit: number } | string {
  const [count, extra] = words;
  if (extra !== undefined) return tooMany(extra);
  if (count === undefined) return { limit: DEFAULT_HISTORY };
  const limit = /^\d{1,4}$/.test(count) ? Number(count) : 0;
  if (limit >= 1 && limit <= MAX_HISTORY) return { limit };
  return `\`${shown(count)}\` is not a number from 1 to ${MAX_HISTORY}.`;
}

export function noWords([extra]: readonly string[], name: string): object | string {
  if (extra === undefined) return {};
  return `\`/argo ${name}\` takes no \`${shown(extra)}\`. Name a service with \`--service\`.`;
}

/** Accepts and ignores all arguments. */
export const anyWords = (): object => ({});

/** Refuses arguments of `unfreeze`, because people would use them to name a service. */
export function nothingElse([extra]: readonly string[], name: string): object | string {
  return extra === undefined ? {} : everywhere(name);
}

/** Says that freeze and unfreeze do not work for a single environment. */
export function everywhere(name: string): string {
  return `\`/argo ${name}\` is for everything that this channel operates. For one environment there is \`/argo ${name.replace('freeze', 'lock')}\`.`;
}
