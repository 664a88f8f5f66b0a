// Decides which branches, tags, revisions and repository addresses may be given to git.

const LONGEST = 255;

/** Characters that `git check-ref-format` refuses: control characters and revision syntax. */
const FORBIDDEN = /[\p{Cc} ~^:?*[\\]/u;
/** Two names that look equal must not mean two releases. */
const INVISIBLE = /[\p{Cf}\p{Zl}\p{Zp}]/u;
const TRAPS = /\.\.|@\{|\/\/|\/$|^\/|\.$|(?:^|\/)\.|\.lock(?:\/|$)/;

/** True for a branch, a tag or a full name (`refs/heads/main`), as `git check-ref-format --allow-onelevel`. */
export function isRefName(text: string): boolean {
  if (text === '' || text === '@' || text.length > LONGEST || !text.isWellFormed()) return false;
  // To a command, a name with a leading dash is an option.
  if (text.startsWith('-')) return false;
  return !FORBIDDEN.test(text) && !INVISIBLE.test(text) && !TRAPS.test(text);
}

/** True for a ref or commit with steps back: `main`, `v2.0.0+build.5`, `3f2a9c1`, `HEAD~2`, `v1^{}`, `@^2`. */
export function isRevision(text: string): boolean {
  const [, name = '', steps = ''] = /^([^~^]*)([^]*)$/.exec(text) ?? [];
  if (!/^(?:~\d{0,6}|\^(?:\d{0,3}|\{(?:commit)?\}))*$/.test(steps)) return false;
  return text.length <= LONGEST && (name === '@' || isRefName(name));
}

/** True for a name with stars: `main`, `release/*`, `refs/tags/v*`, `*`. Full names: branches and tags only. */
export function isRefPattern(text: string): boolean {
  if (/^refs\/(?!(?:heads|tags)\/)/.test(text)) return false;
  return isRefName(text.replace(/\*+/g, 'x'));
}

/** Examples for messages that refuse a revision. */
export const REVISION_EXAMPLES = 'main, v1.4.2, release/2025-11, 3f2a9c1, main~2';

const SCHEME = /^(?:https?|ssh|git|file):\/\/[^\s\p{Cc}-][^\s\p{Cc}]*$/u;
/** `git@host:team/name.git`, but not `helper::address`, with which git runs a program. */
const SCP =
  /^(?:[\w.+-]+@)?(?:[A-Za-z0-9][\w.-]*|\[[\da-fA-F:.]+\]):(?!:)[^\s\p{Cc}-][^\s\p{Cc}]*$/u;
const FOLDER = /^\/[^\p{Cc}]+$/u;

/** True for an address that git may fetch from: a known scheme, `user@host:path`, or an absolute path. */
export function isRepositoryAddress(text: string): boolean {
  if (text.startsWith('-')) return false;
  return SCHEME.test(text) || FOLDER.test(text) || (!text.includes('://') && SCP.test(text));
}
