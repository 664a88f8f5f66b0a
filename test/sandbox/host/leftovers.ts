import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ip = (...args: string[]) => execFileSync('ip', args, { encoding: 'utf8' }).split('\n');

/** Whatever on this machine still bears the name of a run or one of its hosts. */
export function leftoversOf(name: string): string[] {
  // Groups come and go while it looks, which it takes for a failure; what it found is printed all the same.
  const { stdout: groups } = spawnSync(
    'find',
    ['/sys/fs/cgroup', '-maxdepth', '6', '-name', `${name}*`],
    { encoding: 'utf8' },
  );
  const records = existsSync('/run/argo-hosts') ? readdirSync('/run/argo-hosts') : [];
  return [
    ...readFileSync('/proc/mounts', 'utf8').split('\n'),
    ...ip('netns', 'list'),
    ...ip('-brief', 'link'),
    ...groups.split('\n'),
    ...processes(),
    ...readdirSync(tmpdir()),
    ...records.map((record) => `argo-${record}`),
  ].filter((line) => line.includes(name));
}

function processes(): string[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map((pid) => {
      try {
        return readFileSync(join('/proc', pid, 'cmdline'), 'utf8');
      } catch {
        return '';
      }
    })
    .filter((words) => words.startsWith('systemd-nspawn'));
}
