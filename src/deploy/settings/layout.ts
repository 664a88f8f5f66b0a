// Decides names, ports and addresses on a host: unit names, slot and public URLs, release names.
import { StageFailed } from '../record/errors.ts';
import type { Slot } from '../record/events.ts';
import type { ProxySettings, Target } from './settings.ts';

/** Returns the systemd unit of a slot. With `strategy: restart` there is only one unit. */
export function unitName({ service, place }: Target, slot: Slot): string {
  if (place.strategy === 'restart') return `${place.unit_name ?? service}.service`;
  return `${service}-${slot}.service`;
}

/** Returns the user that the service runs as; root only if argo.yml says so. */
export function userOf({ settings, service }: Pick<Target, 'settings' | 'service'>): string {
  return settings.unit.user ?? service;
}

export function portOf({ place }: Target, slot: Slot): number {
  return place.strategy === 'restart' ? place.port : place.slots[slot].port;
}

export function slotUrl(target: Target, slot: Slot, path: string): URL {
  return new URL(path, `http://127.0.0.1:${portOf(target, slot)}`);
}

/** Returns the address that users request, as reached from the host. */
export function publicUrl({ place }: Target, path: string): URL {
  if (place.strategy === 'proxy') return new URL(path, place.proxy.public_url);
  return new URL(path, place.public_url ?? `http://127.0.0.1:${place.port}`);
}

/** Returns the rules for a release's files. The entry file must be among them, too. */
export function fileRules({ settings: { files, entry } }: Pick<Target, 'settings'>) {
  return { ...files, ...(entry === undefined ? {} : { entry }) };
}

/** Returns the file that the config is read from in this environment; undefined without a config. */
export function configFileOf({
  settings,
  place,
}: Pick<Target, 'settings' | 'place'>): string | undefined {
  return settings.config && (place.config_file ?? settings.config.file);
}

/** True for `strategy: restart`: with one unit, the old and the new release cannot run side by side. */
export function hasOneUnit({ place }: Pick<Target, 'place'>): boolean {
  return place.strategy === 'restart';
}

/** Returns the proxy settings. Fails with StageFailed `no-proxy` if the strategy is now `restart`. */
export function proxyOf({ place }: Target): ProxySettings {
  if (place.strategy === 'proxy') return place.proxy;
  throw new StageFailed('there is no proxy to move traffic with: argo.yml says strategy: restart', {
    code: 'no-proxy',
    next: '`/argo deploy`: it uses the current argo.yml.',
  });
}

/** True if the old slot is stopped after the watch; false for `strategy: restart`, which has no second slot. */
export function stopsOldSlot({ place }: Target): boolean {
  return place.strategy === 'proxy' && place.old_slot === 'stopped';
}

/** Returns `20261123-160249-1a2b3c4`, which sorts by time and names the commit. `at` in Unix milliseconds. */
export function releaseName(at: number, sha: string): string {
  const digits = new Date(at).toISOString().replaceAll(/[-:]/g, '');
  return `${digits.slice(0, 8)}-${digits.slice(9, 15)}-${sha.slice(0, 7)}`;
}

/** Returns the release name of content that was installed in a slot by hand. */
export const adoptedName = (slot: Slot): string => `${ADOPTED}${slot}`;
export const isAdopted = (release: string): boolean => release.startsWith(ADOPTED);
const ADOPTED = 'adopted-';

/** Returns the time in a release's name, in Unix milliseconds; undefined for an installation by hand. */
export function releasedAt(release: string): number | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)-/.exec(release);
  if (!parts) return undefined;
  const [, year, month, day, hour, minute, second] = parts;
  const at = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(at) ? undefined : at;
}
