import { z } from 'zod';

/** Names end up in paths, unit names and host parameters, so their grammar is narrow on purpose. */
export const Name = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/, 'use lower-case letters, digits and dashes, a letter first');
export const AbsolutePath = z
  .string()
  .regex(
    /^\/(?!.*\/\.{1,2}(?:\/|$))[A-Za-z0-9._@+/-]+$/,
    'use an absolute path of plain characters, without . or .. parts',
  );
export const RelativePath = z
  .string()
  .regex(
    /^(?!\/)(?!(?:.*\/)?\.{1,2}(?:\/|$))[A-Za-z0-9._@+/-]+$/,
    'use a path relative to the release, of plain characters, without . or .. parts',
  );
export const OneLine = z.string().regex(/^[^\0\r\n]+$/, 'use one line of text');
export const UrlPath = z
  .string()
  .regex(/^\/[\x21-\x7e]*$/, 'use an address path that starts with /');
export const Port = z.int().min(1).max(65_535);
export const Seconds = z.number().positive().max(3_600);
export const UserName = z.string().regex(/^[a-z_][a-z0-9_-]{0,31}$/, 'use a login name');
export const SlackId = z
  .string()
  .regex(/^[UWS][A-Z0-9]{2,}$/, 'use a Slack user id (U…) or user group id (S…)');
