// Measures one changed file over a slow link: argo-bot and the tight script, each through a delay proxy.
import { join } from 'node:path';
import { startDelayProxy } from '../sandbox/host/delay-proxy.ts';
import type { TestHost } from '../sandbox/host/host.ts';
import type { Connection } from '../src/redis/connection/connect.ts';
import { argoBot } from './argo.ts';
import type { BenchScene } from './bench-scene.ts';
import { type Change, TIGHT } from './contender.ts';
import type { Ends } from './ends.ts';
import { newChange, play, type Sample } from './rounds.ts';
import { scripted } from './scripted.ts';

export interface DelayTimes {
  /** Each way. */
  delayMs: number;
  /** Through the same proxies, which add nothing. */
  without: Sample[];
  delayed: Sample[];
}

interface Options {
  delayMs: number;
  rounds: number;
  redis: Connection;
  tight: TestHost;
  say: (line: string) => void;
}

/** Each round deploys one changed file without delay and one with it, in turns. */
export async function measureDelay(
  { scene, far }: BenchScene,
  { delayMs, rounds, redis, tight, say }: Options,
  ends: Ends,
): Promise<DelayTimes> {
  if (!far) throw new Error('the scene has no far host');
  const { repository } = scene;
  const link = await startDelayProxy({ host: tight.address, port: tight.port, delayMs: 0 });
  ends.push(() => link.stop());
  const contenders = [
    argoBot({ scene, redis, host: far.host, environment: 'far' }),
    await scripted({
      name: TIGHT,
      host: tight,
      repository,
      folder: join(scene.folder, 'far'),
      script: 'blue-green.sh',
      sleeps: false,
      door: { address: link.host, port: link.port },
    }),
  ];
  const times: DelayTimes = { delayMs, without: [], delayed: [] };
  const history: Change[] = [await newChange(repository)];
  for (const contender of contenders) {
    await contender.wipe();
    await play(contender, 'first', history);
  }
  for (let round = 1; round <= rounds; round += 1) {
    for (const ms of [0, delayMs]) {
      for (const one of [far.link, link]) one.setDelay(ms);
      history.push(await newChange(repository));
      for (const contender of contenders) {
        const sample = await play(contender, 'change', history);
        (ms === 0 ? times.without : times.delayed).push(sample);
        say(
          `round ${round}  ${`${ms} ms each way`.padEnd(16)} ${contender.name.padEnd(18)} ${Math.round(sample.ms)} ms`,
        );
      }
    }
  }
  return times;
}
