// Decides which branches, tags, revisions and repository addresses may be given to git.

const MAX_LENGTH = 255;

/** Characters that `git check-ref-format` refuses: control characters and revision syntax. */
const FORBIDDEN = /[\p{Cc} ~^:?*[\\]/u;
/** Invisible characters. With them, two names could look equal and mean different commits. */
const INVISIBLE = /[\p{Cf}\p{Zl}\p{Zp}]/u;
/** Other parts that `git check-ref-format` refuses. */
const FORBIDDEN_PARTS = /\.\.|@\{|\/\/|\/$|^\/|\.$|(?:^|\/)\.|\.lock(?:\/|$)/;

/** True for a branch, a tag or a full name (`refs/heads/main`) that `git check-ref-format --allow-onelevel` accepts. */
export function isRefName(text: string): boolean {
  if (text === '' || text === '@' || text.length > MAX_LENGTH || !text.isWellFormed()) return false;
  // A command would read a name with a leading dash as an option.
  if (text.startsWith('-')) return false;
  return !FORBIDDEN.test(text) && !INVISIBLE.test(text) && !FORBIDDEN_PARTS.test(text);
}

/** True for a ref or commit, also with steps to a parent: `main`, `v2.0.0+build.5`, `3f2a9c1`, `HEAD~2`, `@^2`. */
export function isRevision(text: string): boolean {
  const [, name = '', steps = ''] = /^([^~^]*)([^]*)$/.exec(text) ?? [];
  if (!/^(?:~\d{0,6}|\^(?:\d{0,3}|\{(?:commit)?\}))*$/.test(steps)) return false;
  return text.length <= MAX_LENGTH && (name === '@' || isRefName(name));
}

/** True for a ref or a pattern with stars: `main`, `release/*`, `refs/tags/v*`. Other `refs/…/` are refused. */
export function isRefPattern(text: string): boolean {
  if (/^refs\/(?!(?:heads|tags)\/)/.test(text)) return false;
  return isRefName(text.replace(/\*+/g, 'x'));
}

/** Examples for messages that refuse a revision. */
export const REVISION_EXAMPLES = 'main, v1.4.2, release/2025-11, 3f2a9c1, main~2';

const SCHEME = /^(?:https?|ssh|git|file):\/\/[^\s\p{Cc}-][^\s\p{Cc}]*$/u;
/** Matches `git@host:team/name.git`, but not `helper::address`, for which git runs a program. */
const SCP =
  /^(?:[\w.+-]+@)?(?:[A-Za-z0-9][\w.-]*|\[[\da-fA-F:.]+\]):(?!:)[^\s\p{Cc}-][^\s\p{Cc}]*$/u;
const FOLDER = /^\/[^\p{Cc}]+$/u;

/** True for an address that git may fetch from: a known scheme, `user@host:path`, or an absolute path. */
export function isRepositoryAddress(text: string): boolean {
  if (text.startsWith('-')) return false;
  return SCHEME.test(text) || FOLDER.test(text) || (!text.includes('://') && SCP.test(text));
}
