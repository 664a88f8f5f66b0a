import { StageFailed } from '../record/errors.ts';
import type { Slot } from '../record/events.ts';
import type { Facts } from '../record/facts.ts';
import type { Target } from './settings.ts';

/** Where things are on a host, and what they are called; nobody else asks which strategy it is for that. */
export function unitName({ service, place }: Target, slot: Slot): string {
  if (place.strategy === 'restart') return `${place.unit_name ?? service}.service`;
  return `${service}-${slot}.service`;
}

/** Whom the service runs as: not root, unless argo.yml says so. */
export function userOf({ settings, service }: Pick<Target, 'settings' | 'service'>): string {
  return settings.unit.user ?? service;
}

export function portOf({ place }: Target, slot: Slot): number {
  return place.strategy === 'restart' ? place.port : place.slots[slot].port;
}

export function slotUrl(target: Target, slot: Slot, path: string): URL {
  return new URL(path, `http://127.0.0.1:${portOf(target, slot)}`);
}

/** Where users reach the service, as the host itself sees it. */
export function publicUrl({ place }: Target, path: string): URL {
  if (place.strategy === 'proxy') return new URL(path, place.proxy.public_url);
  return new URL(path, place.public_url ?? `http://127.0.0.1:${place.port}`);
}

type Proxy = Extract<Target['place'], { strategy: 'proxy' }>['proxy'];

/** For the stages that only the strategy with a proxy has. */
export function proxyOf({ place }: Target): Proxy {
  if (place.strategy === 'proxy') return place.proxy;
  throw new StageFailed('there is no proxy to move traffic with: argo.yml says strategy: restart', {
    code: 'no-proxy',
    next: 'Nothing was changed. Deploy again: it then goes by what argo.yml says now.',
  });
}

/** Whether the slot that users have left is stopped at the end; with one unit there is nothing to stop. */
export function stopsOldSlot({ place }: Target): boolean {
  return place.strategy === 'proxy' && place.old_slot === 'stopped';
}

/** Sorts by time, and says at a glance which commit it is: `20261123-160249-1a2b3c4`. */
export function releaseName(at: number, sha: string): string {
  const digits = new Date(at).toISOString().replaceAll(/[-:]/g, '');
  return `${digits.slice(0, 8)}-${digits.slice(9, 15)}-${sha.slice(0, 7)}`;
}

/** The time in a release's name; what was laid out by hand has none. */
export function releasedAt(release: string): number | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)-/.exec(release);
  if (!parts) return undefined;
  const [, year, month, day, hour, minute, second] = parts;
  const at = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(at) ? undefined : at;
}

/** What an earlier stage must have learnt; a journal without it is damaged. */
export function requireFact<K extends keyof Facts>(facts: Facts, key: K): NonNullable<Facts[K]> {
  const value = facts[key];
  if (value === undefined || value === null) {
    throw new StageFailed(`the journal does not say "${key}", which an earlier stage wrote`, {
      code: 'damaged-journal',
      next: 'Deploy again; nothing live was changed by this stage.',
    });
  }
  return value;
}
