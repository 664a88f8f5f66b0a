// Starts the scene that argo-bot deploys in: production on one host and, for the delay, far on another.
import { declaration } from '../sandbox/argo-yml.ts';
import { type DelayProxy, startDelayProxy } from '../sandbox/host/delay-proxy.ts';
import type { TestHost } from '../sandbox/host/host.ts';
import { type Scene, startScene } from '../sandbox/scene.ts';
import type { Ends } from './ends.ts';

export interface BenchScene {
  scene: Scene;
  near: TestHost;
  /** The host of the environment far, and what the bot reaches it through. */
  far: { host: TestHost; link: DelayProxy } | undefined;
}

export async function startBenchScene(
  files: number,
  withFar: boolean,
  ends: Ends,
): Promise<BenchScene> {
  let link: DelayProxy | undefined;
  ends.push(() => link?.stop());
  const starting = startScene({
    files,
    hosts: withFar ? 2 : 1,
    watch: { checks: 2, interval_seconds: 0.2 },
    async variants([near, far]) {
      if (!near) throw new Error('the scene has no host');
      // The scripts beside it keep the old slot warm, too.
      const production = { old_slot: 'warm', hosts: [declaration(near, 'root')] };
      if (!far) return { production };
      link = await startDelayProxy({ host: far.address, port: far.port, delayMs: 0 });
      const behind = { ...declaration(far, 'root'), address: link.host, port: link.port };
      return { production, far: { ...production, hosts: [behind] } };
    },
  });
  // An interruption waits for what the start brings up, and takes that down.
  ends.push(async () => (await starting.catch(() => undefined))?.stop());
  const scene = await starting;
  const [near, host] = scene.hosts;
  if (!near) throw new Error('the scene has no host');
  return { scene, near, far: host && link && { host, link } };
}
