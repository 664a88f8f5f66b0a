import type { Json } from '../model.ts';
import type { World } from '../world.ts';
import { Args } from './args.ts';
import { chat } from './chat.ts';
import { connections } from './connections.ts';
import { conversations } from './conversations.ts';
import { ApiError } from './errors.ts';
import { files } from './files.ts';
import type { Method, Methods } from './method.ts';
import { people } from './people.ts';
import { reactions } from './reactions.ts';
import { views } from './views.ts';

const methods: Methods = {
  ...people,
  ...connections,
  ...chat,
  ...conversations,
  ...views,
  ...files,
  ...reactions,
};

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: Json;
}

function authorise(method: Method, token: string | undefined, { credentials }: World): void {
  if (token === undefined || token === '') throw new ApiError('not_authed');
  const { appToken, botToken, scopes } = credentials;
  if (token !== appToken && token !== botToken) throw new ApiError('invalid_auth');
  if ((token === appToken) !== (method.token === 'app'))
    throw new ApiError('not_allowed_token_type');
  if (method.scopes.length > 0 && !method.scopes.some((scope) => scopes.includes(scope)))
    throw new ApiError('missing_scope', {
      needed: method.scopes.join(','),
      provided: scopes.join(','),
    });
}

function waitSeconds(name: string, method: Method, args: Args, world: World): number {
  if (world.faults.retryAfter !== undefined) return world.faults.retryAfter;
  if (!world.tiers) return 0;
  if (method.tier !== 'channel') return world.tiers.perMinute(name, method.tier);
  const channel = world.store.channel(args.optional('channel') ?? '');
  return channel ? world.tiers.perChannel(channel.id) : 0;
}

function answer(name: string, token: string | undefined, args: Args, world: World): Answer {
  const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
  if (!method) throw new ApiError('unknown_method', { req_method: name });
  authorise(method, token, world);
  const wait = waitSeconds(name, method, args, world);
  if (wait > 0) {
    const headers = { 'retry-after': String(wait) };
    return { status: 429, headers, body: { ok: false, error: 'ratelimited' } };
  }
  const scopes = { 'x-oauth-scopes': world.credentials.scopes.join(',') };
  return { status: 200, headers: scopes, body: { ok: true, ...method.run(args, world) } };
}

/** Runs one Web API call and writes it down. */
export function dispatch(name: string, token: string | undefined, raw: Json, world: World): Answer {
  const given = token ?? (typeof raw.token === 'string' ? raw.token : undefined);
  const { token: _, ...args } = raw;
  let result: Answer;
  try {
    result = answer(name, given, new Args(args), world);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    result = { status: 200, headers: {}, body: error.body };
  }
  const error = result.body.error;
  world.store.log({
    at: world.clock.now(),
    method: name,
    ok: result.body.ok === true,
    ...(typeof error === 'string' && { error }),
    args,
  });
  return result;
}
