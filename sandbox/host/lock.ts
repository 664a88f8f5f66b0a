import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Holds a lock between processes; the kernel lets go of it should this process die. */
export async function locked<T>(path: string, act: () => Promise<T>): Promise<T> {
  const holder = spawn('flock', ['--exclusive', path, 'sh', '-c', 'echo held; cat >/dev/null'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const held = await Promise.race([
    once(holder.stdout, 'data').then(() => true),
    once(holder, 'close').then(() => false),
  ]);
  if (!held) throw new Error(`flock could not lock ${path}`);
  try {
    return await act();
  } finally {
    holder.stdin.end();
    await once(holder, 'close');
  }
}
