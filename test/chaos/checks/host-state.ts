import { z } from 'zod';
import { root, type World } from '../world.ts';

/** What stands on the host, asked over its own ssh and not the bot's. */
export interface HostState {
  colour: string;
  /** The slot whose port nginx sends users to. */
  proxied: string;
  slots: { blue: string; green: string };
  releases: Record<string, string>;
  left: string[];
  units: string[];
  mounts: string[];
  locked: boolean;
  epoch: number;
}

const look = `cd ${root}
say() { printf '%s\\t%s\\n' "$1" "$2"; }
say colour "$(cat .current_color)"
case $(sed -n '/ backup;/d; s/.*server 127.0.0.1:\\([0-9]*\\).*/\\1/p' /etc/nginx/conf.d/argo-trading-upstream.conf) in
  8001) say proxied blue ;; 8002) say proxied green ;; *) say proxied other ;;
esac
for slot in blue green; do say "$slot" "$(basename "$(readlink $slot || echo none)")"; done
for name in $(ls -A releases); do say release "$name $(cat releases/$name/.argo/verdict 2>/dev/null || echo none)"; done
find ${root} /etc/nginx /etc/systemd/system /opt/argo-legacy -xdev \\( -name '*.argo-new' -o -name '.incoming-*' -o -name '*.new' -o -name '*.argo-failed' \\) -printf 'left\\t%p\\n'
find /tmp /var/tmp -maxdepth 1 -name 'tmp.*' -printf 'left\\t%p\\n'
systemctl list-units --failed --plain --no-legend | sed 's/^/unit\\t/'
systemctl list-units --all --plain --no-legend 'argo-guard*' | sed 's/^/unit\\t/'
cut -d' ' -f2 /proc/mounts | grep -v -E '^/(proc|sys|dev|run)' | sort | sed 's/^/mount\\t/'
flock -n state/lock true || say locked yes
say epoch "$(cat state/epoch)"`;

export async function hostState({ host }: World): Promise<HostState> {
  const { code, stdout, stderr } = await host.exec(look);
  if (code !== 0) throw new Error(`looking at the host exited ${code}: ${stderr.trim()}`);
  const pairs = stdout.split('\n').map((line) => line.split('\t'));
  const all = (key: string): string[] =>
    pairs.filter(([name]) => name === key).map(([, value = '']) => value);
  const one = (key: string): string => all(key)[0] ?? '';
  return {
    colour: one('colour'),
    proxied: one('proxied'),
    slots: { blue: one('blue'), green: one('green') },
    releases: Object.fromEntries(
      all('release').map((line) => {
        const [name = '', verdict = ''] = line.split(' ');
        return [name, verdict];
      }),
    ),
    left: all('left'),
    units: all('unit'),
    mounts: all('mount'),
    locked: one('locked') === 'yes',
    epoch: Number(one('epoch')),
  };
}

export function liveRelease({ colour, slots }: HostState): string {
  return colour === 'blue' ? slots.blue : slots.green;
}

const Health = z.object({ status: z.string(), version: z.string() });

/** What users get. */
export async function publicHealth({ host }: World): Promise<z.infer<typeof Health>> {
  const response = await fetch(`${host.publicUrl}/api/v1/health`, {
    signal: AbortSignal.timeout(5_000),
  });
  return Health.parse(await response.json());
}
