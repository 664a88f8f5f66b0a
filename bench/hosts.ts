// Measures many hosts: `npm run bench -- --hosts`.
import { bootHost } from '../sandbox/host/host.ts';
import { connectRedis } from '../src/redis/connection/connect.ts';
import { TIGHT } from './contender.ts';
import type { Ends } from './ends.ts';
import { startHostsScene } from './hosts/hosts-scene.ts';
import { measureHosts } from './hosts/measure.ts';
import { hostsLines } from './hosts/report.ts';
import { scripted } from './scripted.ts';
import { untilReady } from './until-ready.ts';

interface Options {
  files: number;
  rounds: number;
  hosts: number;
  say: (line: string) => void;
}

const quiet = { info: () => {}, warn: () => {}, error: () => {} };

export async function manyHosts(options: Options, ends: Ends): Promise<void> {
  const { hosts, rounds, say } = options;
  say(`Booting two real hosts and simulating ${1 + rounds * (1 + hosts)} others.`);
  const bench = await startHostsScene(options, ends);
  const { scene, parts } = bench;
  const booting = bootHost({ name: 'peer-1' });
  ends.push(async () => (await booting.catch(() => undefined))?.stop());
  await untilReady(parts.slice(1));
  const redis = connectRedis(scene.redis.url, 'fail-fast', quiet);
  ends.push(() => redis.disconnect());
  const tight = await scripted({
    name: TIGHT,
    host: await booting,
    repository: scene.repository,
    folder: scene.folder,
    script: 'blue-green.sh',
    sleeps: false,
  });
  const measured = await measureHosts(bench, { redis, tight, rounds, say });
  for (const line of hostsLines(measured, hosts)) say(line);
}
