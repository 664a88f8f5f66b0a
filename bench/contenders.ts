// Brings up what argo-bot is compared with, each on a host of its own.
import { bootHosts } from '../sandbox/host/host.ts';
import type { Scene } from '../sandbox/scene.ts';
import { type Contender, TIGHT } from './contender.ts';
import type { Ends } from './ends.ts';
import { ansible, capistrano } from './peers/peers.ts';
import { scripted, type Scripted } from './scripted.ts';

/** The two ways of the hand procedure differ in nothing but the sleeps. */
const scripts: readonly Pick<Scripted, 'name' | 'script' | 'sleeps'>[] = [
  { name: 'by hand, sleeps', script: 'hand.sh', sleeps: true },
  { name: 'by hand, no sleeps', script: 'hand.sh', sleeps: false },
  { name: TIGHT, script: 'blue-green.sh', sleeps: false },
];

export async function others(
  { repository, folder }: Scene,
  withPeers: boolean,
  ends: Ends,
): Promise<Contender[]> {
  const peers = withPeers ? [capistrano, ansible] : [];
  const booting = bootHosts(scripts.length + peers.length, { name: 'peer' });
  ends.push(async () => {
    const booted = await booting.catch(() => []);
    await Promise.all(booted.map((host) => host.stop()));
  });
  const hosts = await booting;
  return Promise.all(
    hosts.map((host, at) => {
      const [script, peer] = [scripts[at], peers[at - scripts.length]];
      if (script) return scripted({ ...script, host, repository, folder });
      if (peer) return peer({ host, repository, folder });
      throw new Error('more hosts than contenders');
    }),
  );
}
