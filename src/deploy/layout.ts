import { createHash } from 'node:crypto';
import { StageFailed } from './errors.ts';
import type { Slot } from './events.ts';
import type { Facts } from './facts.ts';
import type { Target } from './settings.ts';

/** Where things are on a host, and what they are called; nobody else asks which strategy it is for that. */
export function unitName({ service, place }: Target, slot: Slot): string {
  if (place.strategy === 'restart') return `${place.unit_name ?? service}.service`;
  return `${service}-${slot}.service`;
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

/** One virtual environment for each set of requirements and interpreter, shared by releases. */
export function venvName(
  requirements: string,
  python: string,
  systemSitePackages: boolean,
): string {
  return createHash('sha256')
    .update(`${python}\0${systemSitePackages}\0${requirements}`)
    .digest('hex')
    .slice(0, 16);
}

/** What an earlier stage must have learnt; a journal without it is damaged. */
export function known<K extends keyof Facts>(facts: Facts, key: K): NonNullable<Facts[K]> {
  const value = facts[key];
  if (value === undefined || value === null) {
    throw new StageFailed(`the journal does not say "${key}", which an earlier stage wrote`, {
      code: 'damaged-journal',
      next: 'Deploy again; nothing live was changed by this stage.',
    });
  }
  return value;
}

/**
 * The systemd unit of a slot, hardened as the team's recommendations ask. The release's name comes from a
 * file beside it, so that the unit, and what an approver is shown of it, changes only when it is changed.
 */
export function renderUnit(target: Target, slot: Slot): string {
  const { unit } = target.settings;
  const { root } = target.place;
  const fill = (text: string): string =>
    text
      .replaceAll('{slot}', `${root}/${slot}`)
      .replaceAll('{root}', root)
      .replaceAll('{venv}', `${root}/${slot}/.argo/venv`)
      .replaceAll('{port}', String(portOf(target, slot)));
  const environment = Object.entries({
    ...unit.environment,
    ARGO_SLOT: slot,
    PYTHONPYCACHEPREFIX: `${root}/pycache`,
  });
  return `# Written by argo-bot; edits are lost at the next deployment.
[Unit]
Description=${target.service} (${slot})
After=network.target

[Service]
Type=simple
User=${unit.user}
WorkingDirectory=${root}/${slot}
EnvironmentFile=${root}/${slot}/.argo/environment
${environment
  .map(
    ([key, value]) =>
      `Environment="${key}=${fill(value)
        .replaceAll(/["\\]/g, String.raw`\$&`)
        .replaceAll('%', '%%')}"`,
  )
  .join('\n')}
ExecStart=${fill(unit.exec_start)}
Restart=always
RestartSec=1
NoNewPrivileges=true
PrivateTmp=true
ProtectSystem=full
ProtectHome=true
LimitNOFILE=${unit.limit_nofile}
MemoryMax=${unit.memory_max}
KillMode=mixed
KillSignal=SIGTERM
TimeoutStopSec=${unit.stop_timeout_seconds}

[Install]
WantedBy=multi-user.target
`;
}
