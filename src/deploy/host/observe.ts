// Reads the current state of a host: slots, live release, traffic, kept releases, units and clock.
import { Slot } from '../record/events.ts';
import type { HostFacts } from '../record/facts.ts';
import { unitName, hasOneUnit } from '../settings/layout.ts';
import { type ScriptContext, runScript } from '../step/on-every-host.ts';
import type { Answer, Host } from '../ports/ports.ts';
import type { Target } from '../settings/settings.ts';
import { interpreterOf } from '../python/version.ts';

/** The observation of each host, by its name. */
export type Observations = Record<string, Observation>;

export interface Observation {
  facts: HostFacts;
  /** The kept releases, each with the verdict of its watch. */
  releases: { name: string; verdict: string }[];
  /** Slots that nginx sends traffic to, even if nothing answers there. With one unit: the slot that it runs in. */
  proxied: Slot[];
  liveCommit: string | undefined;
  /** Fingerprints (keyed hashes) of the live release's config values, by dotted key. */
  fingerprints: Record<string, string>;
  /** How the traffic differs from `.current_color`, the file that names the live slot; undefined if it does not. */
  trafficMismatch: string | undefined;
  /** Services outside the slots that nginx sends users to, or did before argo-bot. */
  externalServices: ExternalService[];
  /** The server that nginx used before argo-bot's first switch; a rollback can return users to it. */
  serviceBefore: ExternalService | undefined;
  /** For each slot, the units that run in its folder, other than the slot's own. */
  slotUsers: Partial<Record<Slot, string[]>>;
  /** Running units that argo-bot wrote for another strategy or unit name than argo.yml has now. */
  staleUnits: string[];
  /** systemd's state of each slot's unit: `active`, `inactive`, `failed`, … */
  active: Record<Slot, string>;
  warnings: string[];
}

export interface ExternalService {
  /** A port of the host, or the address as nginx has it: `unix:/run/app.sock`, `10.0.0.5:8080`. */
  address: string;
  /** A unit, or `process-<pid>`; undefined if it is unknown, or on another machine. */
  unit: string | undefined;
}

/** Describes an address: `port 8000`, `socket /run/app.sock`, `10.0.0.5:8080`. */
export function describeAddress(address: string): string {
  if (/^\d+$/.test(address)) return `port ${address}`;
  return address.replace(/^unix:/, 'socket ');
}

export function describeService({ address, unit }: ExternalService): string {
  return unit === undefined ? describeAddress(address) : `${unit} (${describeAddress(address)})`;
}

/** Parameters of the script inspect, which takes a third less time without the version of Python. */
export function inspectParameters(target: Target, withPython: boolean): Record<string, string> {
  return { python: withPython ? interpreterOf(target) : '' };
}

export async function observe(
  context: ScriptContext,
  host: Host,
  withPython = true,
): Promise<Observation> {
  const { target } = context;
  const asked = Date.now();
  const answer = await runScript(context, host, 'inspect', inspectParameters(target, withPython));
  const clockOff = measureClockOff(answer, asked, Date.now());
  const live = Slot.optional().parse(answer.maybe('live'));
  const proxied = answer.values('proxied');
  const trafficMismatch = hasOneUnit(target)
    ? unitMismatchOf(unitName(target, 'blue'), proxied[0], live)
    : trafficMismatchOf(proxied, live);
  return {
    facts: { ...factsOf(answer, live), clockOff },
    releases: answer.values('release').map((line) => {
      const [name = '', verdict = 'none'] = line.split(' ');
      return { name, verdict };
    }),
    proxied: Slot.array().parse(proxied.filter((slot) => slot !== 'other')),
    liveCommit: answer.maybe('live_commit'),
    fingerprints: Object.fromEntries(answer.values('fingerprint').map(parseFingerprint)),
    trafficMismatch,
    externalServices: externalServicesIn(answer, 'outside'),
    serviceBefore: externalServicesIn(answer, 'before')[0],
    slotUsers: {
      blue: slotUsersIn(answer, 'blue'),
      green: slotUsersIn(answer, 'green'),
    },
    staleUnits: answer.values('former'),
    active: {
      blue: answer.maybe('active_blue') ?? 'unknown',
      green: answer.maybe('active_green') ?? 'unknown',
    },
    warnings: [
      ...(trafficMismatch ? [trafficMismatch] : []),
      ...warningsOf(answer, live, clockOff),
    ],
  };
}

function factsOf(answer: Answer, live: Slot | undefined): HostFacts {
  const slots = { blue: answer.maybe('slot_blue'), green: answer.maybe('slot_green') };
  return {
    live,
    slots,
    liveRelease: live ? slots[live] : undefined,
    freeMb: Number(answer.value('free_mb')),
    python: answer.maybe('python'),
    liveManifest: answer.maybe('live_manifest'),
  };
}

/** Parses `1a2b3c4d massive.api_key`, or `1a2b3c4d+5e6f port` for a number: a fingerprint and its key. */
function parseFingerprint(line: string): [string, string] {
  const blank = line.indexOf(' ');
  return [line.slice(blank + 1), line.slice(0, blank)];
}

/** Parses lines `8000 argo-trading.service`, `unix:/run/app.sock -`: an address and its unit. */
export function externalServicesIn(
  answer: Answer,
  key: 'outside' | 'before' | 'back',
): ExternalService[] {
  return answer.values(key).map((line) => {
    const end = line.lastIndexOf(' ');
    const unit = line.slice(end + 1);
    return { address: line.slice(0, end), unit: unit === '-' ? undefined : unit };
  });
}

/** Parses lines `green argo-trading.service`: a slot, and a unit that runs in its folder and is not its own. */
function slotUsersIn(answer: Answer, slot: Slot): string[] {
  return answer.values('tenant').flatMap((line) => {
    const [where, unit = ''] = line.split(' ');
    return where === slot ? [unit] : [];
  });
}

/** Says how nginx's traffic differs from .current_color. undefined if it does not, or if nothing is live yet. */
function trafficMismatchOf(proxied: string[], live: Slot | undefined): string | undefined {
  const [first] = proxied;
  if (proxied.length > 1) return `nginx sends users to ${proxied.join(' and ')} at once`;
  if (!live || !first || first === live) return undefined;
  const where = first === 'other' ? 'neither blue nor green' : first;
  return `nginx sends users to ${where}, but .current_color says ${live}. Somebody moved traffic by hand, or a switch was interrupted`;
}

/** For `strategy: restart`, says how the folder that the unit runs in differs from .current_color. */
function unitMismatchOf(
  unit: string,
  place: string | undefined,
  live: Slot | undefined,
): string | undefined {
  if (place === undefined || place === live) return undefined;
  if (!live)
    return `${unit} was written by hand and works in neither blue nor green, and both are there already, so a rollback could not return to it: move one of them away`;
  const where = place === 'other' ? 'neither blue nor green' : place;
  return `.current_color says ${live}, but ${unit} works in ${where}. Somebody changed it by hand, or a restart was interrupted`;
}

/** Above this difference in seconds a warning is shown, because log lines of several hosts would be out of order. */
const CLOCK_WARNING_S = 5;

/** Seconds that the host's clock is ahead (negative: behind). `asked`, `heard`: Unix ms of request and answer. */
export function measureClockOff(answer: Answer, asked: number, heard: number): number {
  const began = Number(answer.value('now')) * 1_000;
  const off = began > heard ? began - heard : Math.min(0, began + 1_000 - asked);
  return Math.round(off / 1_000);
}

/** Describes a clock difference: `its clock is 7 s behind the bot's`. */
export function describeClock(seconds: number): string {
  return `its clock is ${Math.abs(seconds)} s ${seconds > 0 ? 'ahead of' : 'behind'} the bot's`;
}

function warningsOf(answer: Answer, live: Slot | undefined, clockOff: number): string[] {
  const warnings: string[] = [];
  if (live && answer.maybe(`active_${live}`) !== 'active') {
    warnings.push(`the live slot ${live} is not running right now`);
  }
  const state = answer.maybe('systemd');
  if (state !== 'running' && state !== undefined) {
    const failed = answer.values('failed_unit').join(', ');
    warnings.push(`systemd says "${state}": ${failed || 'systemctl --failed names the units'}`);
  }
  if (Math.abs(clockOff) > CLOCK_WARNING_S) {
    warnings.push(`${describeClock(clockOff)}. Check its time synchronisation`);
  }
  return warnings;
}
