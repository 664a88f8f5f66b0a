// Checks the slots of a host: their releases, the processes on their ports, and releases of lost deployments.
import { slotNames } from '../../deploy/record/events.ts';
import { stopsOldSlot } from '../../deploy/settings/layout.ts';
import { type OrphanedRelease, orphanedReleases } from '../../deploy/host/orphaned-releases.ts';
import { type Observation, describeService } from '../../deploy/host/observe.ts';
import type { Answer } from '../../deploy/ports/ports.ts';
import type { Target } from '../../deploy/settings/settings.ts';
import { fail, type Finding, ok, warn } from '../finding.ts';

/** Returns the findings about slots, ports, config locations and the host's lock. */
export function slotFindings(examined: Answer, seen: Observation, target: Target): Finding[] {
  const { live, liveRelease, slots } = seen.facts;
  const { root, config_locations } = target.place;
  const held = slotNames.map((slot) => `${slot}: ${slots[slot] ?? 'empty'}`);
  return [
    ok(
      'slots',
      `${held.join(', ')}; ${live ? `${live} is live${liveRelease ? '' : ', outside of its folder'}` : 'neither is live'}`,
    ),
    copies(target),
    target.place.strategy === 'proxy' ? orphanedReleases(seen).map(leftOver) : [],
    seen.externalServices.map((service) => ok('beside them', describeService(service))),
    examined.values('taken').flatMap((line) => takenPort(line, seen)),
    locations(examined, config_locations),
    examined
      .values('busy')
      .map((holder) =>
        warn(
          'busy',
          `the lock of the host is held by ${holder || 'a script'}`,
          `wait for it, or see what hangs: fuser -v ${root}/state/lock`,
        ),
      ),
  ].flat();
}

/** Says that two copies of the service run at the same time: each may place the same orders or run the same timers. */
function copies(target: Target): Finding | Finding[] {
  if (target.place.strategy === 'restart') return [];
  const until = stopsOldSlot(target)
    ? 'until the old slot stops after the watch'
    : 'until the next one (old_slot: warm)';
  return ok(
    'copies',
    `two copies of ${target.service} work at the same time from the start of the idle slot, before the approval, ${until}; if only one may work (orders, timers), use strategy: restart`,
  );
}

function leftOver({ release, slot, runs }: OrphanedRelease): Finding {
  return warn(
    'left over',
    `${release} ${slot ? `${runs ? 'runs' : 'is'} in ${slot}` : 'is kept'} and never got through a watch: its deployment still runs, or was lost`,
    'see /argo status; if no deployment runs, the next /argo deploy ends and removes it',
  );
}

/** Reports a process on a slot's port, unless users are on that service now, or were on it before argo-bot. */
function takenPort(line: string, seen: Observation): Finding | Finding[] {
  const [slot = '', port = '', unit = ''] = line.split(' ');
  const known = seen.externalServices.some(({ address }) => address === port);
  if (known) return [];
  const pid = /^process-(\d+)$/.exec(unit)?.[1];
  const end =
    pid === undefined
      ? `systemctl disable --now ${unit}`
      : `ps -fp ${pid}; if nobody needs it: kill ${pid}`;
  return fail(
    'port',
    `port ${port} of slot ${slot} is taken by ${unit}`,
    `${end}, or give the slot another port in argo.yml`,
  );
}

function locations(examined: Answer, wanted: readonly string[]): Finding[] {
  if (wanted.length === 0) return [];
  const absent = examined
    .values('location')
    .filter((line) => line.startsWith('absent '))
    .map((line) => line.slice('absent '.length));
  if (absent.length === 0) return [ok('locations', `${wanted.length} for the config`)];
  return absent.map((path) =>
    warn(
      'locations',
      `the folder of ${path} does not exist, so nothing would be written there`,
      `mkdir -p ${path.slice(0, path.lastIndexOf('/'))}, or take it out of config_locations`,
    ),
  );
}
