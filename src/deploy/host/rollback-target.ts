import { StageFailed } from '../record/errors.ts';
import { type DeployRequest, otherSlot, type Slot } from '../record/events.ts';
import { isNew } from '../record/facts.ts';
import type { Observation, Outside } from './observe.ts';

/**
 * Where a rollback by hand goes: the named release, else what was live before, which the other slot still
 * holds, else the newest good one. It must be kept and good on every host that has any. A release that is
 * still in a slot goes back into that slot, warm.
 */
export function chooseReturn(
  request: DeployRequest,
  observations: Record<string, Observation>,
): { release: string; slot: Slot } {
  const hosts = Object.values(observations).filter(({ facts }) => !isNew(facts));
  const candidates = goodEverywhere(hosts);
  const liveReleases = new Set(hosts.map(({ facts }) => facts.liveRelease));
  const liveRelease = liveReleases.size === 1 ? [...liveReleases][0] : undefined;
  // Where nginx and the colour file disagree, going back to what should be live is what mends it.
  const settled = hosts.every(({ elsewhere }) => elsewhere === undefined);
  const possible = candidates.filter(
    (name) => !(settled && name === liveRelease) && slotFor(name, hosts),
  );
  const release =
    request.ref === undefined
      ? (possible.find((name) => wasBefore(name, hosts)) ?? possible[0])
      : candidates.find((name) => name === request.ref);
  const slot = release === undefined ? undefined : slotFor(release, hosts);
  if (release === undefined || slot === undefined) {
    throw nothingToReturnTo(request, hosts, candidates, liveRelease);
  }
  if (settled && release === liveRelease) {
    throw new StageFailed(`${release} is live already`, {
      code: 'already-live',
      next: 'Nothing to do. /argo status shows what is live.',
    });
  }
  return { release, slot };
}

/**
 * After the first release there is none to go back to, but what users had before may still run: then the
 * first switch is undone. Only where every host has it, and for nobody who asked for a release by its name.
 */
export function firstSwitch(
  request: DeployRequest,
  observations: Record<string, Observation>,
): { release: string; slot: Slot; before: Outside } | undefined {
  const hosts = Object.values(observations).filter(({ facts }) => !isNew(facts));
  const [first] = hosts;
  const { live: slot, liveRelease: release } = first?.facts ?? {};
  if (request.ref !== undefined || !first?.before || !slot || !release) return undefined;
  const alike = hosts.every(
    ({ before, facts }) => before && facts.live === slot && facts.liveRelease === release,
  );
  const others = goodEverywhere(hosts).filter((name) => name !== release && slotFor(name, hosts));
  return alike && others.length === 0 ? { release, slot, before: first.before } : undefined;
}

/**
 * A slot that users are in on no host with anything else; where hosts disagree, the one that some have
 * already. What was laid out by hand runs only where it was laid out: its unit knows no other port.
 */
function slotFor(release: string, hosts: Observation[]): Slot | undefined {
  const fits = (slot: Slot): boolean =>
    (!isAdopted(release) || release === adoptedName(slot)) &&
    hosts.every((host) => !holdsAnother(host, slot, release));
  const slots = slotNames.filter(fits);
  return slots.find((slot) => hosts.every((host) => holds(host, slot) === release)) ?? slots[0];
}

function holdsAnother(host: Observation, slot: Slot, release: string): boolean {
  const used = host.facts.live === slot || host.proxied.includes(slot);
  return used && holds(host, slot) !== release;
}

function holds({ facts }: Observation, slot: Slot): string | undefined {
  return facts.live === slot ? facts.liveRelease : facts.slots[slot];
}

function wasBefore(release: string, hosts: Observation[]): boolean {
  return hosts.every(({ facts }) => facts.live && facts.slots[otherSlot(facts.live)] === release);
}

const slotNames = ['blue', 'green'] as const;
const adoptedName = (slot: Slot): string => `adopted-${slot}`;
const isAdopted = (release: string): boolean => release.startsWith('adopted-');

/** A plain folder that somebody laid out in a slot counts as it stands, before anything has moved it. */
function goodOn({ releases, facts }: Observation): string[] {
  const kept = releases
    .filter(({ name, verdict }) => verdict === 'good' || (isAdopted(name) && verdict === 'none'))
    .map(({ name }) => name);
  const lost = new Set(
    releases.filter(({ verdict }) => verdict === 'no-unit').map(({ name }) => name),
  );
  const inPlace = slotNames
    .map((slot) => facts.slots[slot])
    .filter((name) => name && isAdopted(name) && !lost.has(name));
  return [...new Set([...kept, ...inPlace.filter((name) => name !== undefined)])];
}

function goodEverywhere(hosts: Observation[]): string[] {
  const [first, ...others] = hosts;
  if (!first) return [];
  return goodOn(first)
    .filter((name) => others.every((host) => goodOn(host).includes(name)))
    .toSorted(newestFirst);
}

/** A release's name begins with its time; what was there before argo-bot is older than any. */
function newestFirst(a: string, b: string): number {
  const adopted = Number(isAdopted(a)) - Number(isAdopted(b));
  return adopted !== 0 ? adopted : b.localeCompare(a, 'en');
}

function nothingToReturnTo(
  { ref }: DeployRequest,
  hosts: Observation[],
  candidates: string[],
  liveRelease: string | undefined,
): StageFailed {
  const others = candidates.filter((name) => name !== liveRelease);
  const what = ref === undefined ? 'no good release' : `no good release ${ref}`;
  const why = ref === undefined ? undefined : whyNot(ref, hosts, others);
  return new StageFailed(
    `there is ${what} to go back to on every host${why === undefined ? '' : `: ${why}`}`,
    {
      code: 'no-release-to-return-to',
      next:
        others.length > 0
          ? `Kept and good: ${others.slice(0, 5).join(', ')}. Say /argo rollback with one of them.`
          : 'Deploy a commit that is known to work: /argo deploy <ref>.',
      offers: others.slice(0, 10).map((release) => ({ release })),
    },
  );
}

/** What a host says of a release that it keeps and that nobody is offered. */
function whyNot(ref: string, hosts: Observation[], others: string[]): string {
  if (others.includes(ref)) return 'every slot is live somewhere with another release';
  const verdicts = hosts.flatMap(({ releases }) =>
    releases.filter(({ name }) => name === ref).map(({ verdict }) => verdict),
  );
  if (verdicts.length === 0) return 'no release of that name is kept';
  if (verdicts.includes('bad')) return 'it is kept, but users were taken off it as bad';
  if (verdicts.includes('unhealthy')) return 'it is kept, but was unhealthy in its watch';
  if (verdicts.includes('unwatched')) return 'it is kept, but its watch could not see it';
  if (verdicts.includes('no-unit'))
    return 'it was laid out by hand, and the unit that started it is gone';
  return verdicts.includes('none')
    ? 'it is kept, but never got through its watch'
    : 'not every host keeps it';
}
