import { StageFailed } from './errors.ts';
import type { DeployRequest, Slot } from './events.ts';
import type { Observation } from './observe.ts';

/**
 * Where a rollback by hand goes: the named release, or the newest good one that is not live. It must be
 * kept and good on every host. A release that is still in a slot goes back into that slot, warm.
 */
export function chooseReturn(
  request: DeployRequest,
  observations: Record<string, Observation>,
): { release: string; slot: Slot } {
  const hosts = Object.values(observations);
  const candidates = goodEverywhere(hosts);
  const liveReleases = new Set(hosts.map(({ facts }) => facts.liveRelease));
  const liveRelease = liveReleases.size === 1 ? [...liveReleases][0] : undefined;
  const release =
    request.ref === undefined
      ? candidates.find((name) => name !== liveRelease && slotFor(name, hosts))
      : candidates.find((name) => name === request.ref);
  const slot = release === undefined ? undefined : slotFor(release, hosts);
  if (release === undefined || slot === undefined) {
    throw nothingToReturnTo(request, candidates, liveRelease);
  }
  if (release === liveRelease) {
    throw new StageFailed(`${release} is live already`, {
      code: 'already-live',
      next: 'Nothing to do. /argo status shows what is live.',
    });
  }
  return { release, slot };
}

/** A slot that is live on no host with anything else; where hosts disagree, the one that some have already. */
function slotFor(release: string, hosts: Observation[]): Slot | undefined {
  return (['blue', 'green'] as const).find((slot) =>
    hosts.every(({ facts }) => facts.live !== slot || facts.liveRelease === release),
  );
}

function goodOn(host: Observation): string[] {
  return host.releases
    .filter(({ name, verdict }) => verdict === 'good' || name.startsWith('adopted-'))
    .map(({ name }) => name);
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
  const adopted = Number(a.startsWith('adopted-')) - Number(b.startsWith('adopted-'));
  return adopted !== 0 ? adopted : b.localeCompare(a, 'en');
}

function nothingToReturnTo(
  request: DeployRequest,
  candidates: string[],
  liveRelease: string | undefined,
): StageFailed {
  const others = candidates.filter((name) => name !== liveRelease);
  const what = request.ref === undefined ? 'no good release' : `no good release ${request.ref}`;
  return new StageFailed(`there is ${what} to go back to on every host`, {
    code: 'no-release-to-return-to',
    next:
      others.length > 0
        ? `Kept and good: ${others.slice(0, 5).join(', ')}. Say /argo rollback with one of them.`
        : 'Deploy a commit that is known to work: /argo deploy <ref>.',
  });
}
