import type { Store } from '../store.ts';
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
  run(args, { store }) {
    const user = store.users.get(args.required('user'));
    if (!user) throw new ApiError('user_not_found');
    const name = user.real_name ?? user.name;
    const bot = user.id === store.identity.botUserId;
    return {
      user: {
        id: user.id,
        team_id: store.identity.teamId,
        name: user.name,
        real_name: name,
        deleted: false,
        is_bot: bot,
        tz: 'Etc/UTC',
        profile: { real_name: name, display_name: user.name },
      },
    };
  },
};

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
  'usergroups.list': groupsList,
  'usergroups.users.list': groupUsers,
};
