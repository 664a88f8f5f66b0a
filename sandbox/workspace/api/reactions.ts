import type { World } from '../world.ts';
import type { Args } from './args.ts';
import { writableChannel } from './content.ts';
import { ApiError } from './errors.ts';
import type { Method, Methods } from './method.ts';

function target(args: Args, world: World) {
  const channel = writableChannel(args, world);
  const message = world.store.find(channel.id, args.required('timestamp'));
  if (!message) throw new ApiError('message_not_found');
  const name = args.required('name');
  if (!/^[a-z0-9_+'-]+(::skin-tone-[2-6])?$/.test(name)) throw new ApiError('invalid_name');
  return { message, name, bot: world.store.identity.botUserId };
}

const add: Method = {
  scopes: ['reactions:write'],
  tier: 50,
  run(args, world) {
    const { message, name, bot } = target(args, world);
    const reactions = (message.reactions ??= []);
    let reaction = reactions.find((candidate) => candidate.name === name);
    if (reaction?.users.includes(bot)) throw new ApiError('already_reacted');
    if (!reaction) {
      if (reactions.length >= 23) throw new ApiError('too_many_emoji');
      reaction = { name, users: [], count: 0 };
      reactions.push(reaction);
    }
    reaction.users.push(bot);
    reaction.count += 1;
    world.store.changes.emit('reaction');
    return {};
  },
};

const remove: Method = {
  scopes: ['reactions:write'],
  tier: 20,
  run(args, world) {
    const { message, name, bot } = target(args, world);
    const reaction = message.reactions?.find((candidate) => candidate.name === name);
    if (!reaction?.users.includes(bot)) throw new ApiError('no_reaction');
    reaction.users = reaction.users.filter((user) => user !== bot);
    reaction.count -= 1;
    message.reactions = message.reactions?.filter(({ count }) => count > 0) ?? [];
    world.store.changes.emit('reaction');
    return {};
  },
};

export const reactions: Methods = { 'reactions.add': add, 'reactions.remove': remove };
