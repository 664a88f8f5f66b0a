// Decides which names, paths, ports and ids argo.yml may contain.
import { z } from 'zod';
import { isRefName, isRepositoryAddress } from '../untrusted/git-names.ts';

/** A name for paths, unit names and script parameters: only what systemd accepts in unit names unescaped. */
export const Name = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/,
    'use letters, digits, dots, dashes and underscores, a letter or digit first, at most 40 of them',
  );
// The patterns below also become JSON Schema, which has no flag `u` and no classes such as \p{Cc}.
/* oxlint-disable no-control-regex -- control characters are what is being refused */
/** A path on a host. It has no colon, which separates paths in lists, and nothing special to unit files or shells. */
export const AbsolutePath = z
  .string()
  .regex(
    /^\/(?!.*\/\.{1,2}(?:\/|$))[^\u0000-\u0020\u007F-\u00A0"'`\\$%:;#&|<>(){}[\]*?!^]+$/,
    'use an absolute path without spaces, quotes and brackets, and without . or .. parts',
  );
/** A path in the commit: all that git allows, except characters that break lines or awk patterns. */
export const RelativePath = z
  .string()
  .regex(
    /^(?![/~-])(?!(?:.*\/)?\.{1,2}(?:\/|$))[^\u0000-\u001F\u007F-\u009F\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF\\]+$/,
    'use a path relative to the release, without . or .. parts and without backslashes',
  );
/* oxlint-enable no-control-regex */
export const Branch = z.string().refine(isRefName, {
  error: 'is not a name that git takes for a branch or a tag (git check-ref-format)',
});
export const RepositoryAddress = z
  .string()
  .refine((text) => isRepositoryAddress(text) || /^\.{0,2}\//.test(text), {
    error:
      'use https://host/owner/name.git, git@host:owner/name.git, or a path that begins with / or ./',
  });
export const OneLine = z.string().regex(/^[^\0\r\n]+$/, 'use one line of text');
export const UrlPath = z
  .string()
  .regex(/^\/[\x21-\x7e]*$/, 'use an address path that starts with /');
export const HeaderName = z.string().regex(/^[A-Za-z0-9-]+$/, 'use the name of a header');
export const HttpStatus = z.int().min(100).max(599);
export const Port = z.int().min(1).max(65_535);
export const Seconds = z.number().positive().max(3_600);
/** A login name that useradd and systemd accept, including directory users (`ben@corp.example`) and Samba (`host$`). */
export const UserName = z
  .string()
  .regex(
    /^(?!\d+$)(?!\.{1,2}$)[A-Za-z0-9_][A-Za-z0-9._@-]{0,30}[A-Za-z0-9._@$-]?$/,
    'use a login name of at most 32 letters, digits, dots, dashes and underscores, not of digits alone',
  );
/** Name of an environment variable, as systemd accepts it. */
export const VariableName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'use letters, digits and _ for a variable, no digit first');
export const SlackId = z
  .string()
  .regex(/^[UWS][A-Z0-9]{2,}$/, 'use a Slack user id (U…) or user group id (S…)');

export function isRegExp(text: string): boolean {
  try {
    return new RegExp(text, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}
