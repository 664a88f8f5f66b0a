import type { SlackClient } from '../contract/slack-client.ts';

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

/** What each call needs from manifest.yml; a call without a line here does not compile. */
export const scopes: Record<Method, readonly string[]> = {
  'auth.test': [],
  'chat.postMessage': ['chat:write'],
  'chat.postEphemeral': ['chat:write'],
  'chat.update': ['chat:write'],
  'chat.getPermalink': [],
  'conversations.history': ['channels:history', 'groups:history'],
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

/** All that manifest.yml asks for: those of the calls, and the slash command itself. */
export const neededScopes: readonly string[] = [
  ...new Set(['commands', ...Object.values(scopes).flat()]),
];
