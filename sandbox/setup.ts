import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { command, outcomeOf } from './host/command.ts';
import { locked } from './host/lock.ts';

const aptEnvironment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' };
const policyFile = '/usr/sbin/policy-rc.d';

/** What the hosts, the private Redis and the repositories of the sandbox need. */
export const sandboxPackages = [
  'mmdebstrap',
  'systemd-container',
  'iproute2',
  'redis-server',
  'openssh-client',
  'openssl',
  'git',
  // Commits that gpg has signed.
  'gnupg',
  // The demo runs the engine's tests.
  'python3',
] as const;

/** Debian's browser, and fonts with every letter and picture that the page shows. */
export const browserPackages = ['chromium', 'fonts-dejavu-core', 'fonts-noto-color-emoji'] as const;

/** Installs the Debian packages that are missing; nothing happens when all are there. */
export async function ensurePackages(names: readonly string[]): Promise<void> {
  const missing = await missingPackages(names);
  if (missing.length === 0) return;
  refuseUnlessInstallable(missing);
  // Two processes at once: the first to end would take the other's policy away.
  await locked('/run/lock/argo-packages', () => withoutStartingServices(() => install(missing)));
  const still = await missingPackages(missing);
  if (still.length > 0) throw new Error(`apt-get ended well, but ${still.join(', ')} is missing`);
}

async function missingPackages(names: readonly string[]): Promise<string[]> {
  if (!existsSync('/usr/bin/dpkg-query')) return [...names];
  // dpkg-query exits 1 when any name is unknown to it, and still lists the others.
  const format = '${Package} ${db:Status-Status}\n';
  const listed = await outcomeOf('dpkg-query', ['-W', '-f', format, ...names]);
  const installed = new Set(listed.stdout.split('\n'));
  return names.filter((name) => !installed.has(`${name} installed`));
}

function refuseUnlessInstallable(missing: readonly string[]): void {
  const wanted = missing.join(' ');
  if (!existsSync('/usr/bin/apt-get')) {
    throw new Error(`This machine is not Debian: install the equivalents of ${wanted} yourself.`);
  }
  if (process.getuid?.() !== 0) {
    throw new Error(`Missing packages. As root: apt-get install --no-install-recommends ${wanted}`);
  }
}

async function install(names: readonly string[]): Promise<void> {
  try {
    await aptGet(['install', '--yes', '--no-install-recommends', ...names]);
  } catch {
    // Package lists are absent or too old: the usual state of a fresh image.
    await aptGet(['update']);
    await aptGet(['install', '--yes', '--no-install-recommends', ...names]);
  }
}

async function aptGet(args: readonly string[]): Promise<void> {
  await command('apt-get', ['-q', '-o', 'DPkg::Lock::Timeout=120', ...args], aptEnvironment);
}

/** redis-server and friends would be started by their packages: invoke-rc.d asks this file first. */
async function withoutStartingServices(act: () => Promise<void>): Promise<void> {
  const ours = !existsSync(policyFile);
  if (ours) writeFileSync(policyFile, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    await act();
  } finally {
    if (ours) rmSync(policyFile, { force: true });
  }
}
