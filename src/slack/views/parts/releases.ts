// Names releases as people know them: the commit's subject first, then the release's short name.
import type { Facts } from '../../../deploy/record/facts.ts';
import { capped, code, plainLine, quoted } from './text.ts';

type Known = Pick<Facts, 'release' | 'commit' | 'subjects'>;

/** Returns the commit in a release's name, such as `993e684`; undefined for a folder installed by hand. */
export function releaseCommit(name: string): string | undefined {
  return /^\d{8}-\d{4,6}-([0-9a-f]{7,})$/.exec(name)?.[1];
}

/** Returns the commit's subject and the short name, such as Cache the book (`993e684`); escaped. */
export function releaseName(release: string, facts: Known): string {
  const subject = subjectOf(release, facts);
  const short = code(releaseCommit(release) ?? release, 80);
  return subject === undefined ? short : `${quoted(subject, 100)} (${short})`;
}

/** Like `releaseName`, as plain text for titles. */
export function releaseTitle(release: string, facts: Known): string {
  const subject = subjectOf(release, facts);
  const short = releaseCommit(release) ?? release;
  return subject === undefined ? short : `${plainLine(subject, 70)} (${short})`;
}

/** Returns ` to ` and the release to which a rollback returns; empty if there is none; escaped. */
export function rollbackTarget({ facts }: { facts: Facts }): string {
  return facts.rollbackTo ? ` to ${releaseName(facts.rollbackTo.release, facts)}` : '';
}

/** Returns ` from ` and the release that a rollback took users from; empty if hosts had several, or none; escaped. */
export function rollbackSource({ facts }: { facts: Facts }): string {
  const live = new Set(Object.values(facts.hosts ?? {}).map((host) => host.liveRelease));
  live.delete(facts.rollbackTo?.release);
  const [only] = live;
  return live.size === 1 && only !== undefined ? ` from ${releaseName(only, facts)}` : '';
}

/** Names the hosts that a rollback did not reach: nobody knows what their users get. */
export function exceptWords(hosts: readonly string[] = []): string {
  const names = hosts.map((host) => quoted(host, 60));
  return names.length > 0
    ? `, but ${capped(names, 3, 200).join(', ')} may have another release`
    : '';
}

/** Returns the commit as plain text for titles. `sha`: used while the commit has not been read. */
export function commitTitle({ commit }: Known, sha = ''): string {
  const short = (commit?.sha ?? sha).slice(0, 7);
  return commit ? `${plainLine(commit.subject, 70)} (${short})` : short;
}

function subjectOf(release: string, { release: own, commit, subjects = {} }: Known) {
  const subject = release === own ? commit?.subject : undefined;
  return subject ?? (Object.hasOwn(subjects, release) ? subjects[release] : undefined);
}
