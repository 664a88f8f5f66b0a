// Checks a host's systemd, disk, memory, clock and the owners of its paths.
import { megabytes } from '../../deploy/settings/unit.ts';
import type { Answer } from '../../deploy/ports/ports.ts';
import type { Target } from '../../deploy/settings/settings.ts';
import { fail, type Finding, ok, warn } from '../finding.ts';

/** `now` is the bot's time at the moment when the host reported its own, in Unix milliseconds. */
export function machineFindings(examined: Answer, target: Target, now: number): Finding[] {
  return [
    systemd(examined),
    ...disk(examined, target),
    memory(examined, target),
    clock(examined, now),
    ...examined.values('untrusted').map(untrusted),
    ...examined
      .values('masked')
      .map((unit) =>
        fail('unit', `${unit} is masked, so it cannot be started`, `systemctl unmask ${unit}`),
      ),
  ];
}

/** Parses a line of scripts/parts/path-trust.sh: path, problem, fix: `/opt/x /opt belongs to …: chown root /opt`. */
function untrusted(line: string): Finding {
  const blank = line.indexOf(' ');
  const why = line.slice(blank + 1);
  const at = why.lastIndexOf(': ');
  return fail(
    'paths',
    `root must not work in ${line.slice(0, blank)}: ${why.slice(0, at)}`,
    why.slice(at + 2),
  );
}

function systemd(examined: Answer): Finding {
  const version = examined.maybe('systemd') ?? '';
  const state = examined.maybe('systemd_state') ?? '';
  if (['running', 'starting'].includes(state)) return ok('systemd', `${version}, ${state}`);
  if (state === 'degraded') {
    const units = examined.values('failed_unit');
    return warn(
      'systemd',
      `${version}, degraded: ${units.join(', ') || 'some unit'} failed`,
      `systemctl status ${units.join(' ')}; when it is fixed or not wanted: systemctl reset-failed`,
    );
  }
  return fail(
    'systemd',
    `says "${state || 'nothing'}": it does not run this host`,
    'boot the host with systemd as its init',
  );
}

function disk(examined: Answer, { settings, place }: Target): Finding[] {
  const [free = 0, size = 0] = numbers(examined.value('disk'));
  const where = examined.value('disk').split(' ').slice(2).join(' ');
  const inodes = Number(examined.maybe('inodes') || Number.NaN);
  const mount = (examined.maybe('mount') ?? '').split(',');
  const du = `du -xh --max-depth=2 ${where} | sort -h | tail -n 15`;
  return [
    free < settings.min_free_mb
      ? fail(
          'disk',
          `${free} MB are free under ${where}; at least ${settings.min_free_mb} MB are needed`,
          du,
        )
      : ok('disk', `${free} of ${size} MB free under ${where}`),
    inodes < 20_000
      ? warn(
          'inodes',
          `only ${inodes} more files can be created under ${where}`,
          `find ${where} -xdev -printf '%h\\n' | sort | uniq -c | sort -n | tail`,
        )
      : [],
    mount.includes('noexec')
      ? fail(
          'mount',
          `${where} is mounted noexec, so no virtual environment runs from it`,
          `mount -o remount,exec "$(findmnt -no TARGET -T ${where})", and the same in /etc/fstab`,
        )
      : [],
    /^\/(?:home|root|run\/user)(?:\/|$)/.test(place.root)
      ? fail(
          'root',
          `${place.root} is hidden from the service by ProtectHome in its unit`,
          'choose a root such as /opt/<service> in argo.yml',
        )
      : [],
  ].flat();
}

/** Checks the free memory: the old release keeps running beside the new one, so there must be memory for both. */
function memory(examined: Answer, { settings }: Target): Finding {
  const [available = 0, total = 0] = numbers(examined.value('memory'));
  const most = megabytes(settings.unit.memory_max);
  if (available >= most) return ok('memory', `${available} of ${total} MB available`);
  return warn(
    'memory',
    `${available} of ${total} MB are available, and a second release may take ${most} MB (memory_max)`,
    'free some (ps aux --sort=-rss | head), or lower unit.memory_max in argo.yml to what the service needs',
  );
}

const OFF_MS = 30_000;
const TURN_ON = 'timedatectl set-ntp true (on Debian: apt-get install --yes systemd-timesyncd)';

function clock(examined: Answer, now: number): Finding {
  // The host reports whole seconds, rounded down, so add the half second that is lost on average.
  const off = Math.round((Number(examined.value('now')) * 1_000 + 500 - now) / 1_000);
  if (Math.abs(off) * 1_000 > OFF_MS)
    return fail(
      'clock',
      `its clock is ${Math.abs(off)} s ${off > 0 ? 'ahead of' : 'behind'} the bot's`,
      TURN_ON,
    );
  const text =
    Math.abs(off) <= 1
      ? 'agrees with the bot’s'
      : `${Math.abs(off)} s ${off > 0 ? 'ahead' : 'behind'}`;
  if (examined.maybe('timekeeper') === '')
    return warn('clock', `${text}, but no time service corrects it`, TURN_ON);
  return ok('clock', text);
}

function numbers(text: string): number[] {
  return text.split(' ').map(Number);
}
