// Asks Slack what `argo-bot doctor` checks: tokens, scopes, channels, people and groups. Read-only.
import { WebClient } from '@slack/web-api';
import { createClient } from '../api/client.ts';
import { whyRefused } from './membership.ts';
import { createFindWorkspace } from './workspace.ts';
import { type SlackError, slackErrorOf } from '../api/errors.ts';

type SlackAnswer<T> = { kind: 'answered'; value: T } | SlackError;

/** Returns one function per check. Each returns Slack's errors and throws all others. HTTP mode has no `appToken`. */
export function diagnoseSlack({
  botToken,
  appToken,
  slackApiUrl,
}: Record<'botToken' | 'slackApiUrl', string> & { appToken: string | undefined }) {
  const client = createClient({ token: botToken, slackApiUrl });
  const findWorkspace = createFindWorkspace(client);
  return {
    identity: () =>
      answerOf(async () => {
        const { team = '', user = '', response_metadata } = await client.auth.test();
        return { team, bot: user, scopes: response_metadata?.scopes ?? [] };
      }),
    socket:
      appToken === undefined ? undefined : () => answerOf(() => openSocket(appToken, slackApiUrl)),
    // Slack answers `conversations.history` only if the bot is in the channel.
    channel: (id: string) =>
      answerOf(() => client.conversations.history({ channel: id, limit: 1 })),
    user: (id: string) =>
      answerOf(async () => {
        const [{ user }, place] = await Promise.all([
          client.users.info({ user: id }),
          findWorkspace(),
        ]);
        const refused = user ? whyRefused(user, place) : undefined;
        return { deactivated: user?.deleted === true, refused };
      }),
    group: (id: string) =>
      answerOf(async () => {
        const { users } = await client.usergroups.users.list({ usergroup: id });
        return { members: users?.length ?? 0 };
      }),
  };
}

/** Verifies the app token: Slack gives the address of a socket only for a valid one. Does not connect. */
async function openSocket(token: string, slackApiUrl: string): Promise<void> {
  const options = { slackApiUrl, retryConfig: { retries: 0 }, rejectRateLimitedCalls: true };
  await new WebClient(token, { ...options, timeout: 10_000 }).apps.connections.open({});
}

async function answerOf<T>(call: () => Promise<T>): Promise<SlackAnswer<T>> {
  try {
    return { kind: 'answered', value: await call() };
  } catch (error) {
    const trouble = slackErrorOf(error);
    if (trouble) return trouble;
    throw error;
  }
}
