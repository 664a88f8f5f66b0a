import { chownSync, mkdirSync, readFileSync, statfsSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { command } from './command.ts';

const overlayFs = 0x794c7630;
const deployUid = 1000;

/** A root filesystem of its own over the shared, untouched image. */
export async function mountRoot(image: string, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  // In a container /tmp may itself be an overlay, which cannot carry another one's upper layer.
  if (statfsSync(folder).type === overlayFs) {
    await command('mount', ['-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', folder]);
  }
  const root = join(folder, 'root');
  const upper = join(folder, 'upper');
  const work = join(folder, 'work');
  for (const path of [root, upper, work]) mkdirSync(path);
  const options = `lowerdir=${image},upperdir=${upper},workdir=${work}`;
  await command('mount', ['-t', 'overlay', 'overlay', '-o', options, root]);
}

/** Gives the root its name, its own host keys, and lets the run's key in. */
export async function personalize(
  root: string,
  host: { name: string; address: string; key: string },
) {
  writeFileSync(join(root, 'etc/hostname'), `${host.name}\n`);
  writeFileSync(join(root, 'etc/hosts'), `127.0.0.1 localhost\n127.0.1.1 ${host.name}\n`);
  writeFileSync(join(root, 'etc/machine-id'), `${randomBytes(16).toString('hex')}\n`);
  authorize(join(root, 'root'), 0, host.key);
  authorize(join(root, 'home/deploy'), deployUid, host.key);
  const lines = await Promise.all(
    ['ed25519', 'ecdsa'].map(async (type) => {
      const path = join(root, `etc/ssh/ssh_host_${type}_key`);
      await makeKey(path, type);
      const [kind, key] = readFileSync(`${path}.pub`, 'utf8').split(' ');
      return `${host.address} ${kind} ${key}`;
    }),
  );
  return lines;
}

export async function makeKey(path: string, type: string): Promise<void> {
  await command('ssh-keygen', ['-q', '-t', type, '-N', '', '-C', 'sandbox', '-f', path]);
}

function authorize(home: string, uid: number, key: string): void {
  const folder = join(home, '.ssh');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'authorized_keys');
  writeFileSync(file, key, { mode: 0o600 });
  for (const path of [folder, file]) chownSync(path, uid, uid);
}
