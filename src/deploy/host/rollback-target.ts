// Decides which release a rollback returns to, and which ones it offers instead.
import { isAdopted, adoptedName, releasedAt } from '../settings/layout.ts';
import { StageFailed, type Offer } from '../record/errors.ts';
import { type DeployRequest, otherSlot, type Slot, slotNames } from '../record/events.ts';
import { refOf } from '../record/requests.ts';
import { isNewHost, type Placement } from '../record/facts.ts';
import type { Observation, Observations, ExternalService } from './observe.ts';
import { MAKERS_SEARCHED } from '../history/search-history.ts';
import { makerOf, type Place, type Records } from '../history/records.ts';

/** Returns the requested release, else the one in the other slot, else the newest good one. Ignores new hosts. */
export function chooseRollbackTarget(request: DeployRequest, seen: Observations): Placement {
  const hosts = Object.values(seen).filter(({ facts }) => !isNewHost(facts));
  const candidates = goodEverywhere(hosts);
  const liveReleases = new Set(hosts.map(({ facts }) => facts.liveRelease));
  const liveRelease = liveReleases.size === 1 ? [...liveReleases][0] : undefined;
  // If nginx sends users elsewhere than .current_color says, a rollback to the recorded live release moves them back.
  const settled = hosts.every(({ trafficMismatch }) => trafficMismatch === undefined);
  const possible = candidates.filter(
    (name) => !(settled && name === liveRelease) && slotFor(name, hosts),
  );
  const ref = refOf(request);
  const release =
    ref === undefined
      ? (possible.find((name) => isInOtherSlot(name, hosts)) ?? possible[0])
      : candidates.find((name) => name === ref);
  const slot = release === undefined ? undefined : slotFor(release, hosts);
  if (release === undefined || slot === undefined) {
    throw noTargetFailure(ref, hosts, candidates, liveRelease);
  }
  if (settled && release === liveRelease) {
    throw new StageFailed(`${release} is live already`, {
      code: 'already-live',
      next: 'nothing to do; `/argo status` shows what is live.',
    });
  }
  return { release, slot };
}

/** Returns the live release if the rollback must undo the first switch, because hosts have no other good release. */
export function firstSwitchToUndo(
  request: DeployRequest,
  observations: Observations,
): (Placement & { before: ExternalService }) | undefined {
  const hosts = Object.values(observations).filter(({ facts }) => !isNewHost(facts));
  const [first] = hosts;
  const { live: slot, liveRelease: release } = first?.facts ?? {};
  if (refOf(request) !== undefined || !first?.serviceBefore || !slot || !release) return undefined;
  const alike = hosts.every(
    ({ serviceBefore, facts }) =>
      serviceBefore && facts.live === slot && facts.liveRelease === release,
  );
  const others = goodEverywhere(hosts).filter((name) => name !== release && slotFor(name, hosts));
  return alike && others.length === 0 ? { release, slot, before: first.serviceBefore } : undefined;
}

/** Finds a slot where no host has another release live. An installation by hand runs only on its own slot's port. */
function slotFor(release: string, hosts: Observation[]): Slot | undefined {
  const fits = (slot: Slot): boolean =>
    (!isAdopted(release) || release === adoptedName(slot)) &&
    hosts.every((host) => !holdsAnother(host, slot, release));
  const fitting = slotNames.filter(fits);
  return (
    fitting.find((slot) => hosts.every((host) => releaseIn(host, slot) === release)) ?? fitting[0]
  );
}

function holdsAnother(host: Observation, slot: Slot, release: string): boolean {
  const used = host.facts.live === slot || host.proxied.includes(slot);
  return used && releaseIn(host, slot) !== release;
}

function releaseIn({ facts }: Observation, slot: Slot): string | undefined {
  return facts.live === slot ? facts.liveRelease : facts.slots[slot];
}

function isInOtherSlot(release: string, hosts: Observation[]): boolean {
  return hosts.every(({ facts }) => facts.live && facts.slots[otherSlot(facts.live)] === release);
}

/** Returns the good releases of a host. An installation by hand counts as good. */
function goodOn({ releases, facts }: Observation): string[] {
  const kept = releases
    .filter(({ name, verdict }) => verdict === 'good' || (isAdopted(name) && verdict === 'none'))
    .map(({ name }) => name);
  const lost = new Set(
    releases.filter(({ verdict }) => verdict === 'no-unit').map(({ name }) => name),
  );
  const inPlace = slotNames
    .flatMap((slot) => facts.slots[slot] ?? [])
    .filter((name) => isAdopted(name) && !lost.has(name));
  return [...new Set([...kept, ...inPlace])];
}

function goodEverywhere(hosts: Observation[]): string[] {
  const [first, ...others] = hosts;
  if (!first) return [];
  return goodOn(first)
    .filter((name) => others.every((host) => goodOn(host).includes(name)))
    .toSorted(newestFirst);
}

/** Sorts release names, newest first: each begins with its time. Releases installed by hand come last. */
function newestFirst(a: string, b: string): number {
  const adopted = Number(isAdopted(a)) - Number(isAdopted(b));
  return adopted !== 0 ? adopted : b.localeCompare(a, 'en');
}

function noTargetFailure(
  ref: string | undefined,
  hosts: Observation[],
  candidates: string[],
  liveRelease: string | undefined,
): StageFailed {
  const others = candidates.filter((name) => name !== liveRelease);
  return new StageFailed(
    ref === undefined
      ? 'no earlier good release is on every host, so there is nothing to roll back to'
      : whyNotOffered(ref, hosts, others),
    {
      code: 'no-release-to-return-to',
      next:
        others.length > 0
          ? `\`/argo rollback ${others[0]}\`, or another one of these releases.`
          : 'deploy a commit that is known to work: `/argo deploy <ref>`.',
      offers: others.slice(0, 10).map((release) => ({ release })),
    },
  );
}

/** Returns a sentence that a headline such as “Cannot roll back” can precede. */
function whyNotOffered(ref: string, hosts: Observation[], others: string[]): string {
  if (others.includes(ref)) return `both slots are in use on some host, so ${ref} has no slot`;
  const verdicts = hosts.flatMap(({ releases }) =>
    releases.filter(({ name }) => name === ref).map(({ verdict }) => verdict),
  );
  if (verdicts.length === 0) return `no host has a release of the name ${ref}`;
  const fault = [...FAULTS].find(([verdict]) => verdicts.includes(verdict))?.[1];
  return fault === undefined
    ? `some hosts do not have ${ref}`
    : `${ref} is not a good release: ${fault}`;
}

const FAULTS = new Map<string, string>([
  ['bad', 'it was rolled back'],
  ['unhealthy', 'it was unhealthy in its watch'],
  ['unwatched', 'its watch got too few answers, so its health is unknown'],
  ['no-unit', 'it was installed by hand, and its unit is gone'],
  ['none', 'it never passed a watch'],
]);

/** Adds commit subject, time and requester to each release that `failure` offers as rollback target. */
export async function withRollbackCandidates(
  failure: unknown,
  place: Place,
  records: Records,
): Promise<unknown> {
  if (!(failure instanceof StageFailed) || !failure.offers?.length) return failure;
  const history = await records.history(place, MAKERS_SEARCHED);
  const offers = await Promise.all(
    failure.offers.map(async ({ release }): Promise<Offer> => {
      const entry = makerOf(release, history);
      const deployment = entry && (await records.readOrSkip(entry.id));
      return {
        release,
        at: releasedAt(release),
        subject: deployment?.facts.commit?.subject,
        by: entry?.by,
      };
    }),
  );
  const { code, host, cause, log, message, next } = failure;
  return new StageFailed(message, { code, next, host, cause, log, offers });
}

/** Returns the verdict of `release` if it is not good. An automatic rollback returns to the release all the same. */
export function doubtOf(release: string, observations: Observations): { doubt?: string } {
  const doubt = Object.values(observations)
    .flatMap(({ releases }) => releases)
    .find(({ name, verdict }) => name === release && DOUBTS.has(verdict))?.verdict;
  return doubt === undefined ? {} : { doubt };
}

const DOUBTS: ReadonlySet<string> = new Set(['unhealthy', 'unwatched', 'bad']);
