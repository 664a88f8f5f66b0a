// Decides which methods of Slack's Web API argo-bot may call.
import type { WebClient } from '@slack/web-api';

/** scopes.ts must list the OAuth scopes of each method. */
export interface SlackClient {
  auth: Pick<WebClient['auth'], 'test'>;
  chat: Pick<WebClient['chat'], 'postMessage' | 'postEphemeral' | 'update' | 'getPermalink'>;
  conversations: Pick<WebClient['conversations'], 'history' | 'members' | 'replies'>;
  files: Pick<WebClient['files'], 'getUploadURLExternal' | 'completeUploadExternal'>;
  usergroups: { users: Pick<WebClient['usergroups']['users'], 'list'> };
  users: Pick<WebClient['users'], 'info' | 'lookupByEmail'>;
  views: Pick<WebClient['views'], 'open' | 'publish' | 'update'>;
}
