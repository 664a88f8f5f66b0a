/** Which names git may be given: one grammar for argo.yml, commands, forms and the last gate before git. */

const LONGEST = 255;

/** What no name has, by `git check-ref-format`: control characters, and what has a meaning in a revision. */
const FORBIDDEN = /[\p{Cc} ~^:?*[\\]/u;
/** Two names that look the same must not be two releases, and a name is one line. */
const INVISIBLE = /[\p{Cf}\p{Zl}\p{Zp}]/u;
const TRAPS = /\.\.|@\{|\/\/|\/$|^\/|\.$|(?:^|\/)\.|\.lock(?:\/|$)/;

/** A branch, a tag or a full name (`refs/heads/main`), as `git check-ref-format --allow-onelevel` takes it. */
export function isRefName(text: string): boolean {
  if (text === '' || text === '@' || text.length > LONGEST || !text.isWellFormed()) return false;
  // git lets a ref begin with a dash, and no branch; to a command it is an option.
  if (text.startsWith('-')) return false;
  return !FORBIDDEN.test(text) && !INVISIBLE.test(text) && !TRAPS.test(text);
}

/** A ref or a commit, and how far before it: `main`, `v2.0.0+build.5`, `3f2a9c1`, `HEAD~2`, `v1^{}`, `@^2`. */
export function isRevision(text: string): boolean {
  const [, name = '', steps = ''] = /^([^~^]*)([^]*)$/.exec(text) ?? [];
  if (!/^(?:~\d{0,6}|\^(?:\d{0,3}|\{(?:commit)?\}))*$/.test(steps)) return false;
  return text.length <= LONGEST && (name === '@' || isRefName(name));
}

/** A name with stars in it: `main`, `release/*`, `refs/tags/v*`, `*`; of full names only branches and tags. */
export function isRefPattern(text: string): boolean {
  if (/^refs\/(?!(?:heads|tags)\/)/.test(text)) return false;
  return isRefName(text.replace(/\*+/g, 'x'));
}

/** In a message after what was refused. */
export const REVISION_EXAMPLES = 'main, v1.4.2, release/2025-11, 3f2a9c1, main~2';

const SCHEME = /^(?:https?|ssh|git|file):\/\/[^\s\p{Cc}-][^\s\p{Cc}]*$/u;
/** `git@host:team/name.git`; `helper::address` would make git run a program. */
const SCP =
  /^(?:[\w.+-]+@)?(?:[A-Za-z0-9][\w.-]*|\[[\da-fA-F:.]+\]):(?!:)[^\s\p{Cc}-][^\s\p{Cc}]*$/u;
const FOLDER = /^\/[^\p{Cc}]+$/u;

/** An address that git may fetch from: a scheme we know, `user@host:path`, or an absolute path. */
export function isRepositoryAddress(text: string): boolean {
  if (text.startsWith('-')) return false;
  return SCHEME.test(text) || FOLDER.test(text) || (!text.includes('://') && SCP.test(text));
}
