import { existsSync, readFileSync } from 'node:fs';

export type CanBoot = { readonly ok: true } | { readonly ok: false; readonly reason: string };

const tools = [
  '/usr/bin/mmdebstrap',
  '/usr/bin/systemd-nspawn',
  '/usr/sbin/ip',
  '/usr/bin/ssh',
  '/usr/bin/flock',
];
const capSysAdmin = 1n << 21n;
const capNetAdmin = 1n << 12n;

/** Whether this machine can boot test hosts, and else what it lacks. Changes nothing. */
export function canBootHosts(): CanBoot {
  if (process.platform !== 'linux') return { ok: false, reason: 'hosts need Linux' };
  if (process.getuid?.() !== 0) return { ok: false, reason: 'hosts need root' };
  const capabilities = effectiveCapabilities();
  if ((capabilities & capSysAdmin) === 0n || (capabilities & capNetAdmin) === 0n) {
    return { ok: false, reason: 'mounts and namespaces are not allowed here' };
  }
  // Loaded as a module where it is one, so absence from the list is no proof there.
  if (!knowsOverlay() && !existsSync('/lib/modules')) {
    return { ok: false, reason: 'the kernel has no overlayfs' };
  }
  const missing = tools.filter((tool) => !existsSync(tool));
  if (missing.length > 0 && !existsSync('/usr/bin/apt-get')) {
    return { ok: false, reason: `${missing.join(', ')} missing, and this is not Debian` };
  }
  return { ok: true };
}

function effectiveCapabilities(): bigint {
  const line = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'));
  return BigInt(`0x${line?.[1] ?? '0'}`);
}

function knowsOverlay(): boolean {
  return /\toverlay$/m.test(readFileSync('/proc/filesystems', 'utf8'));
}
