import type { Json } from '../model.ts';
import type { World } from '../world.ts';
import type { Args } from './args.ts';

export interface Method {
  /** Any one of these will do. None: every token may call it. */
  scopes: string[];
  token?: 'app';
  /** Calls a minute; or the 1/s a channel of chat.postMessage. */
  tier: number | 'channel';
  run(args: Args, world: World): Json;
}

export type Methods = Record<string, Method>;
