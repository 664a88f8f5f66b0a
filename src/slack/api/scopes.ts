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

/** If somebody adds a method to `SlackClient` without its scopes here, this does not compile. */
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

/** manifest.yml lists these scopes. `commands` is for the slash command `/argo`. */
export const neededScopes: readonly string[] = [
  ...new Set(['commands', ...Object.values(scopes).flat()]),
];
