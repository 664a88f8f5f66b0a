// Decides which OAuth scopes the Slack app needs, by the methods that argo-bot calls.
import type { SlackClient } from '../contract/ports.ts';

type MethodsOf<Namespace extends Exclude<keyof SlackClient, 'usergroups'>> =
  `${Namespace}.${keyof SlackClient[Namespace] & string}`;
export type Method =
  | MethodsOf<'auth'>
  | MethodsOf<'chat'>
  | MethodsOf<'conversations'>
  | MethodsOf<'files'>
  | MethodsOf<'users'>
  | MethodsOf<'views'>
  | `usergroups.users.${keyof SlackClient['usergroups']['users']}`;

/** OAuth scopes by method. A new method of `SlackClient` does not compile until it is listed here. */
export const scopes: Record<Method, readonly string[]> = {
  'auth.test': [],
  'chat.postMessage': ['chat:write'],
  'chat.postEphemeral': ['chat:write'],
  'chat.update': ['chat:write'],
  'chat.getPermalink': [],
  'conversations.history': ['channels:history', 'groups:history'],
  'conversations.members': ['channels:read', 'groups:read'],
  'conversations.replies': ['channels:history', 'groups:history'],
  'files.getUploadURLExternal': ['files:write'],
  'files.completeUploadExternal': ['files:write'],
  'usergroups.users.list': ['usergroups:read'],
  'users.info': ['users:read'],
  'users.lookupByEmail': ['users:read.email'],
  'views.open': [],
  'views.publish': [],
  'views.update': [],
};

/** The scopes of manifest.yml: those of all methods, and `commands` for the slash command. */
export const neededScopes: readonly string[] = [
  ...new Set(['commands', ...Object.values(scopes).flat()]),
];
