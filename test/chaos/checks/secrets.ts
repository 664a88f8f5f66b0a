import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deploys, people } from '../../../sandbox/people.ts';
import type { World } from '../world.ts';

const secret = /EXAMPLE-[a-z]+/;

/** Values of the config, wherever somebody might see them. */
export async function secretsSeen(world: World): Promise<string[]> {
  const { scene } = world;
  const wrong: string[] = [];
  const { workspace } = scene;
  const heard = Object.values({ ada: people.ada, ben: people.ben, cleo: people.cleo });
  const said = [
    ...workspace.messages(deploys),
    ...heard.flatMap(({ id }) => workspace.ephemerals(id)),
  ];
  if (secret.test(JSON.stringify(said))) wrong.push('a secret is in Slack');
  if (workspace.files().some(({ content }) => secret.test(content.toString('utf8')))) {
    wrong.push('a secret is in a file in Slack');
  }
  for (const name of readdirSync(scene.folder).filter((file) => file.endsWith('.log'))) {
    if (secret.test(readFileSync(join(scene.folder, name), 'utf8'))) {
      wrong.push(`a secret is in ${name}`);
    }
  }
  for (const key of await world.redis.keys('{argo}*')) {
    if (secret.test(await everythingIn(world, key))) wrong.push(`a secret is in Redis: ${key}`);
  }
  for (const words of world.arguments.caught()) wrong.push(`a secret is in an argument: ${words}`);
  return wrong;
}

async function everythingIn({ redis }: World, key: string): Promise<string> {
  switch (await redis.type(key)) {
    case 'string':
      return (await redis.get(key)) ?? '';
    case 'list':
      return (await redis.lrange(key, 0, -1)).join('\n');
    case 'hash':
      return JSON.stringify(await redis.hgetall(key));
    case 'zset':
      return (await redis.zrange(key, '0', '-1')).join('\n');
    case 'set':
      return (await redis.smembers(key)).join('\n');
    case 'stream':
      return JSON.stringify(await redis.xrange(key, '-', '+'));
    default:
      return '';
  }
}
