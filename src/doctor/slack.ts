// Checks Slack: tokens, scopes, channels, and the people and groups that argo.yml names.
import type { Access } from '../deploy/settings/settings.ts';
import { type Check, fail, type Finding, ok, type Part, runPart, warn } from './finding.ts';
import { FOR_AUTHORS, missingScopes } from './slack-scopes.ts';

/** The outcome of a call to Slack. `ms` is the Retry-After of a rate limit. */
export type SlackAnswer<T> =
  | { kind: 'answered'; value: T }
  | { kind: 'refused'; error: string }
  | { kind: 'limited'; ms: number }
  | { kind: 'unknown'; why: string };

export interface UserFacts {
  deactivated: boolean;
  /** Why the bot refuses requests of this account; undefined if it accepts them. */
  refused: string | undefined;
}

/** Calls to Slack that only read. */
export interface SlackQuestions {
  identity(): Promise<SlackAnswer<{ team: string; bot: string; scopes: string[] }>>;
  /** Asks Slack whether the app token may open a socket; undefined in HTTP mode. */
  socket: (() => Promise<SlackAnswer<unknown>>) | undefined;
  /** Reads a channel's history, as the bot does to find its own messages. */
  channel(id: string): Promise<SlackAnswer<unknown>>;
  user(id: string): Promise<SlackAnswer<UserFacts>>;
  group(id: string): Promise<SlackAnswer<{ members: number }>>;
}

const REINSTALL =
  'add the missing scopes at https://api.slack.com/apps → the app → OAuth & Permissions → Bot Token Scopes; click Reinstall to Workspace; if the bot token has changed, put it into SLACK_BOT_TOKEN and restart argo-bot';

export function slackPart(
  slack: SlackQuestions,
  needed: readonly string[],
  access: readonly { place: string; access: Access }[],
): Promise<Part> {
  const channels = environmentsById(access, ({ channels: ids }) => ids);
  const ids = environmentsById(access, (lists) => Object.values({ ...lists, channels: [] }).flat());
  const users = [...ids].filter(([id]) => !id.startsWith('S'));
  const groups = [...ids].filter(([id]) => id.startsWith('S'));
  const { socket } = slack;
  return runPart('Slack', {
    'bot token': () => identity(slack, needed),
    ...(socket && { 'app token': async () => socketFinding(await socket()) }),
    ...checks('channel', [...channels], async (id, where) =>
      channelFinding(id, where, await slack.channel(id)),
    ),
    ...checks('user', users, async (id, where) => userFinding(id, where, await slack.user(id))),
    ...checks('group', groups, async (id, where) => groupFinding(id, where, await slack.group(id))),
  });
}

/** Maps each Slack id that `pick` returns to the environments that name it, as text for findings. */
function environmentsById(
  access: readonly { place: string; access: Access }[],
  pick: (access: Access) => string[],
): Map<string, string> {
  const found = new Map<string, Set<string>>();
  for (const { place, access: lists } of access) {
    for (const id of pick(lists)) found.set(id, (found.get(id) ?? new Set()).add(place));
  }
  return new Map([...found].map(([id, places]) => [id, [...places].join(', ')]));
}

function checks(
  kind: string,
  ids: (readonly [string, string])[],
  check: (id: string, where: string) => Promise<Finding>,
): Record<string, Check> {
  return Object.fromEntries(ids.map(([id, where]) => [`${kind} ${id}`, () => check(id, where)]));
}

async function identity(slack: SlackQuestions, needed: readonly string[]): Promise<Finding[]> {
  const answer = await slack.identity();
  if (answer.kind !== 'answered') {
    return [
      notAnswered('bot token', answer, {
        fix: 'copy the bot token (xoxb-…) from OAuth & Permissions of the Slack app into SLACK_BOT_TOKEN, then start again',
      }),
    ];
  }
  const { team, bot, scopes } = answer.value;
  const missing = needed.filter((scope) => !scopes.includes(scope));
  const grave = missing.filter((scope) => scope !== FOR_AUTHORS);
  return [
    ok('bot token', `${bot} in ${team}`),
    grave.length > 0
      ? fail('bot scopes', missingScopes(missing), REINSTALL)
      : missing.length > 0
        ? warn('bot scopes', missingScopes(missing), REINSTALL)
        : ok('bot scopes', `all ${needed.length} are granted`),
  ];
}

function socketFinding(answer: SlackAnswer<unknown>): Finding {
  if (answer.kind === 'answered') return ok('app token', 'may open a socket');
  return notAnswered('app token', answer, {
    fix: 'make one at Basic Information → App-Level Tokens → Generate, with connections:write, and put it (xapp-…) into SLACK_APP_TOKEN',
  });
}

function channelFinding(id: string, where: string, answer: SlackAnswer<unknown>): Finding {
  const what = `channel ${id}`;
  if (answer.kind === 'answered') return ok(what, `the bot is a member (${where})`);
  const error = answer.kind === 'refused' ? answer.error : undefined;
  if (error === 'not_in_channel')
    return fail(what, `the bot is not a member (${where})`, 'in that channel: /invite @argo');
  if (error === 'channel_not_found')
    return fail(
      what,
      `there is no such channel, or it is private and the bot is not a member (${where})`,
      'in that channel: /invite @argo; if the id is wrong, the channel’s details show it at the bottom: correct access.channels in argo.yml',
    );
  return notAnswered(what, answer, { fix: REINSTALL });
}

function userFinding(id: string, where: string, answer: SlackAnswer<UserFacts>): Finding {
  const what = `user ${id}`;
  if (answer.kind === 'answered') {
    const { deactivated, refused } = answer.value;
    if (refused !== undefined && !deactivated)
      return warn(
        what,
        `is named by ${where}, and argo-bot refuses this account: ${refused}`,
        'name a full member of this workspace in argo.yml, then run: sudo systemctl restart argo-bot',
      );
    return deactivated
      ? warn(
          what,
          `was deactivated, and is still named by ${where}`,
          'take it out of access in argo.yml, then run: sudo systemctl restart argo-bot',
        )
      : ok(what, `is there (${where})`);
  }
  return notAnswered(what, answer, {
    scope: 'users:read',
    refused: `there is no such user (${where})`,
    fix: 'correct access in argo.yml: a person’s profile → ⋮ → Copy member ID',
  });
}

function groupFinding(
  id: string,
  where: string,
  answer: SlackAnswer<{ members: number }>,
): Finding {
  const what = `group ${id}`;
  if (answer.kind === 'answered') {
    const { members } = answer.value;
    return members === 0
      ? warn(
          what,
          `has no members, so it lets nobody do anything (${where})`,
          'add people to it in Slack',
        )
      : ok(what, `has ${members} ${members === 1 ? 'member' : 'members'} (${where})`);
  }
  return notAnswered(what, answer, {
    scope: 'usergroups:read',
    refused: `there is no such user group (${where})`,
    fix: 'correct access in argo.yml: the address of a user group ends in its id (S…)',
  });
}

function notAnswered(
  what: string,
  answer: Exclude<SlackAnswer<unknown>, { kind: 'answered' }>,
  { scope, refused = 'Slack refuses', fix }: { scope?: string; refused?: string; fix: string },
): Finding {
  switch (answer.kind) {
    case 'refused':
      return scope !== undefined && answer.error === 'missing_scope'
        ? fail(what, `was not looked up: the Slack app lacks ${scope}`, REINSTALL)
        : fail(what, `${refused}: ${answer.error}`, fix);
    case 'limited':
      return warn(
        what,
        `Slack asks to wait ${Math.ceil(answer.ms / 1_000)} s`,
        'run this again in a minute',
      );
    case 'unknown':
      return fail(
        what,
        `Slack did not answer: ${answer.why}`,
        'from this machine: curl -sS https://slack.com/api/api.test (network, proxy, or https://status.slack.com)',
      );
  }
}
