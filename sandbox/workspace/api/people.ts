import type { Json, User } from '../model.ts';
import type { Store } from '../store.ts';
import type { World } from '../world.ts';
import { ApiError } from './errors.ts';
import type { Method, Methods } from './method.ts';

const authTest: Method = {
  scopes: [],
  tier: 100,
  run: (_args, { url, store: { identity } }) => ({
    url: `${url}/`,
    team: 'Sandbox',
    team_id: identity.teamId,
    user: identity.botName,
    user_id: identity.botUserId,
    bot_id: identity.botId,
    is_enterprise_install: false,
  }),
};

const usersInfo: Method = {
  scopes: ['users:read'],
  tier: 100,
  run(args, world) {
    const user = world.store.users.get(args.required('user'));
    if (!user) throw new ApiError('user_not_found');
    return { user: shownUser(user, world) };
  },
};

/** Slack finds nobody who was deactivated. */
const usersLookup: Method = {
  scopes: ['users:read.email'],
  tier: 50,
  run(args, world) {
    const email = args.required('email').toLowerCase();
    const user = [...world.store.users.values()].find(
      (one) => one.email?.toLowerCase() === email && one.deleted !== true,
    );
    if (!user) throw new ApiError('users_not_found');
    return { user: shownUser(user, world) };
  },
};

function shownUser(user: User, { store, credentials }: World): Json {
  const name = user.real_name ?? user.name;
  const { email, deleted = false } = user;
  const profile = {
    real_name: name,
    display_name: user.name,
    // Another scope than the rest: without it the field is not there.
    ...(email !== undefined && credentials.scopes.includes('users:read.email') && { email }),
  };
  const whoever = {
    id: user.id,
    team_id: teamOf(store, user),
    name: user.name,
    deleted,
    profile,
  };
  const is_bot = user.is_bot ?? user.id === store.identity.botUserId;
  // Of somebody who was deactivated, Slack says no more.
  if (deleted) return { ...whoever, is_bot };
  return {
    ...whoever,
    real_name: name,
    is_bot,
    is_restricted: user.is_restricted ?? false,
    is_ultra_restricted: user.is_ultra_restricted ?? false,
    ...(user.is_stranger !== undefined && { is_stranger: user.is_stranger }),
    is_email_confirmed: true,
    tz: 'Etc/UTC',
  };
}

export function teamOf({ identity }: Store, user: User | undefined): string {
  return user?.team_id ?? identity.teamId;
}

function shownGroup(store: Store, id: string, users: boolean) {
  const group = store.userGroups.find((candidate) => candidate.id === id);
  if (!group) throw new ApiError('no_such_subteam');
  const { handle } = group;
  return {
    id,
    team_id: store.identity.teamId,
    is_usergroup: true,
    handle,
    name: handle,
    user_count: group.users.length,
    date_delete: 0,
    ...(users && { users: group.users }),
  };
}

const groupsList: Method = {
  scopes: ['usergroups:read'],
  tier: 20,
  run: (args, { store }) => ({
    usergroups: store.userGroups.map(({ id }) => shownGroup(store, id, args.flag('include_users'))),
  }),
};

const groupUsers: Method = {
  scopes: ['usergroups:read'],
  tier: 20,
  run: (args, { store }) => ({ users: shownGroup(store, args.required('usergroup'), true).users }),
};

export const people: Methods = {
  'auth.test': authTest,
  'users.info': usersInfo,
  'users.lookupByEmail': usersLookup,
  'usergroups.list': groupsList,
  'usergroups.users.list': groupUsers,
};
