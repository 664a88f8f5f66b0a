import { type DeployRequest, otherSlot, Slot } from '../../src/deploy/record/events.ts';
import { failed, type MemoryHost } from './memory-host.ts';
import { play, type Play } from './play.ts';
import type { WorldOptions } from './memory-ports.ts';
import { oneUnit, type Changes } from './target.ts';

/** Makes a host answer as restart.sh and the scripts beside it do. */
export function withOneUnit(host: MemoryHost): void {
  host.on['vet-unit'] = () => [];
  host.on['restart'] = (given) => {
    const release = String(given['release']);
    const bad = String(given['bad']);
    const to = Slot.parse(given['to']);
    if (host.releases.get(release) === 'bad') throw failed(host.name, `${release} was left before`);
    if (bad !== '') host.releases.set(bad, 'bad');
    if (host.live === to && host.slots[to] === release && host.active[to] === 'active')
      return [`live\t${to}`, 'already\tyes'];
    const ran = host.live !== undefined;
    host.slots[to] = release;
    host.live = to;
    host.active[to] = 'active';
    host.active[otherSlot(to)] = 'inactive';
    return [`live\t${to}`, ...(ran ? ['down_ms\t1200'] : [])];
  };
}

/** One deployment without a proxy; nginx and its slots are not there. */
export async function playOneUnit(
  options: WorldOptions & { settings?: Changes; request?: Partial<DeployRequest> } = {},
): Promise<Play> {
  const played = await play({
    ...options,
    request: { strategy: 'restart', ...options.request },
    settings: {
      ...options.settings,
      environment: { ...oneUnit, ...options.settings?.environment },
    },
  });
  for (const host of played.hosts) withOneUnit(host);
  return played;
}

/** What each host was restarted with, in order. */
export function restarts({ hosts }: Play): string[] {
  return hosts.flatMap(({ name, calls }) =>
    calls
      .filter(({ script }) => script === 'restart')
      .map(({ parameters }) => `${name} ${String(parameters['release'])}`),
  );
}
