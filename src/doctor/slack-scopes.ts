// Describes what does not work while the Slack app lacks OAuth scopes.

/** Only the setting `approval.authors` needs this scope, because commit authors are matched by e-mail. */
export const FOR_AUTHORS = 'users:read.email';

/** What does not work without a scope. Ends the sentence `the Slack app lacks chat:write, so …`. */
const WITHOUT: Readonly<Record<string, string>> = {
  commands: '/argo does not work',
  'chat:write': 'argo-bot cannot post messages',
  'channels:history': 'argo-bot cannot find its messages in public channels',
  'groups:history': 'argo-bot cannot find its messages in private channels',
  'channels:read': 'the Home tab hides the environments of public channels',
  'groups:read': 'the Home tab hides the environments of private channels',
  'files:write': 'argo-bot cannot upload logs and charts',
  'usergroups:read': 'argo-bot cannot tell who is in a user group',
  'users:read': 'argo-bot refuses requests',
  [FOR_AUTHORS]: 'approval.authors: may_not_approve lets nobody approve',
};

export function missingScopes(scopes: readonly string[]): string {
  const each = scopes.map((one) => (WITHOUT[one] ? `${one}, so ${WITHOUT[one]}` : one));
  return `the Slack app lacks ${each.join('; ')}`;
}
