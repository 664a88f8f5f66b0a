import { stampIds } from '../blocks/stamp.ts';
import { refuseView } from '../blocks/view.ts';
import { secret, slackId } from '../ids.ts';
import { initialState } from '../people/view-state.ts';
import { stringOf } from '../model.ts';
import type { Json, View } from '../model.ts';
import type { World } from '../world.ts';
import type { Args } from './args.ts';
import { ApiError, refused } from './errors.ts';
import type { Method, Methods } from './method.ts';

const STACK = 3;

/** Checks what the app sent and completes it as Slack does; `previous` is what it replaces. */
export function makeView(
  given: unknown,
  kind: 'modal' | 'home',
  world: World,
  previous?: View,
): View {
  const refusal = refuseView(given, kind);
  if (refusal) throw refused(refusal.error, refusal.errors);
  const source: Json = { ...Object(given) };
  const blocks = stampIds(source.blocks);
  const { identity } = world.store;
  return {
    submit: null,
    close: null,
    clear_on_close: false,
    notify_on_close: false,
    ...source,
    id: previous?.id ?? slackId('V'),
    type: kind,
    hash: `${Math.floor(world.clock.now() / 1000)}.${secret(4)}`,
    blocks,
    callback_id: stringOf(source.callback_id),
    private_metadata: stringOf(source.private_metadata),
    external_id: stringOf(source.external_id),
    state: initialState(blocks, previous?.state),
    team_id: identity.teamId,
    app_id: identity.appId,
    bot_id: identity.botId,
    app_installed_team_id: identity.teamId,
    previous_view_id: null,
    root_view_id: previous?.root_view_id ?? null,
  };
}

function viewOf(args: Args): unknown {
  const view = args.record('view');
  if (!view) throw refused('invalid_arguments', ['missing required field: view']);
  return view;
}

function show(world: World, user: string, stack: View[], view: View): Json {
  world.store.modals.set(user, [...stack, view]);
  world.store.changes.emit('view');
  return { view };
}

const open: Method = {
  scopes: [],
  tier: 100,
  run(args, world) {
    const source = viewOf(args);
    const trigger = args.required('trigger_id');
    const view = makeView(source, 'modal', world);
    view.root_view_id = view.id;
    return show(world, world.triggers.redeem(trigger), [], view);
  },
};

const push: Method = {
  scopes: [],
  tier: 100,
  run(args, world) {
    const source = viewOf(args);
    const trigger = args.required('trigger_id');
    const view = makeView(source, 'modal', world);
    const user = world.triggers.redeem(trigger);
    const stack = world.store.modals.get(user) ?? [];
    if (stack.length >= STACK) throw new ApiError('push_limit_reached');
    view.previous_view_id = stack.at(-1)?.id ?? null;
    view.root_view_id = stack[0]?.id ?? view.id;
    return show(world, user, stack, view);
  },
};

function conflict(args: Args, current: View | undefined): void {
  const hash = args.optional('hash');
  if (hash !== undefined && hash !== current?.hash) throw new ApiError('hash_conflict');
}

const update: Method = {
  scopes: [],
  tier: 100,
  run(args, world) {
    const source = viewOf(args);
    const id = args.optional('view_id');
    const externalId = args.optional('external_id');
    if (id === undefined && externalId === undefined)
      throw refused('invalid_arguments', ['missing required field: view_id']);
    for (const [user, stack] of world.store.modals) {
      const index = stack.findIndex((one) => one.id === id || one.external_id === externalId);
      const current = stack[index];
      if (!current) continue;
      conflict(args, current);
      const view = makeView(source, 'modal', world, current);
      world.store.modals.set(user, stack.with(index, view));
      world.store.changes.emit('view');
      return { view };
    }
    throw new ApiError('not_found');
  },
};

const publish: Method = {
  scopes: [],
  tier: 100,
  run(args, world) {
    const source = viewOf(args);
    const user = args.required('user_id');
    if (!world.store.users.has(user)) throw new ApiError('user_not_found');
    const current = world.store.homes.get(user);
    conflict(args, current);
    const view = makeView(source, 'home', world, current);
    world.store.homes.set(user, view);
    world.store.changes.emit('home');
    return { view };
  },
};

export const views: Methods = {
  'views.open': open,
  'views.push': push,
  'views.update': update,
  'views.publish': publish,
};
