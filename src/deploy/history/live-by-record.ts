// Decides from the records which release is live, for status, Home, commit lists and checks.
import type { Deployment } from '../record/deployment.ts';
import { describeRequest } from '../record/requests.ts';
import { type HistoryEntry, makerOf, type Place, type Records } from './records.ts';
import { type Users, usersOn } from '../record/users-on.ts';

/** Which release users have, by the records. `nothing`: no recorded deployment has moved users to a release. */
export type Live = Users | { kind: 'nothing' };

/** How many deployments to read: the newest 30 usually suffice; if not, all that Redis keeps. */
const LOOK_BACK = [30, 1_000] as const;

/** Reads which release is live and which deployment runs. `unreadable`: its id if its journal cannot be read. */
export async function readLive(
  records: Records,
  place: Place,
): Promise<{ live: Live; running: Deployment | undefined; unreadable?: string }> {
  const claim = await records.claim(place);
  const running = claim && (await records.readOrSkip(claim.deployment));
  // The running deployment may have moved users, but its journal cannot be read.
  if (claim && !running) {
    const live: Live = { kind: 'unknown', since: claim.since, among: [] };
    return { live, running, unreadable: claim.deployment };
  }
  for (const limit of LOOK_BACK) {
    const history = await records.history(place, limit);
    const live = liveByRecord(running, await withUsers(records, history));
    if (live.kind !== 'nothing' || history.length < limit) return { live, running };
  }
  return { live: { kind: 'nothing' }, running };
}

/** Returns where the newest deployment that moved users has put them. */
export function liveByRecord(
  running: Deployment | undefined,
  history: readonly HistoryEntry[],
): Live {
  const moves = [
    { users: running && usersOn(running), request: running?.request },
    ...history
      .filter(({ id }) => id !== running?.id)
      .map((entry) => ({ users: entry.users, request: entry })),
  ].flatMap(({ users, request }) =>
    users && request ? [{ users, keepsRelease: describeRequest(request).keepsRelease }] : [],
  );
  const [last] = moves;
  if (!last) return { kind: 'nothing' };
  // `/argo restart` keeps the release, so `since` stays the time at which users first got it.
  const first = moves.find(({ keepsRelease }) => !keepsRelease)?.users;
  const { users, keepsRelease } = last;
  if (!keepsRelease || users.kind !== 'release' || first?.kind !== 'release') return users;
  if (first.release !== users.release) return users;
  return { ...users, since: first.since, restartedAt: users.since };
}

/** Adds `users` from journals, because entries of older versions lack it. Stops at the entry with the live release. */
async function withUsers(
  records: Records,
  history: readonly HistoryEntry[],
): Promise<HistoryEntry[]> {
  const entries: HistoryEntry[] = [];
  for (const entry of history) {
    const users = entry.users ?? (await usersOfOldEntry(records, entry));
    entries.push({ ...entry, users });
    if (users && !describeRequest(entry).keepsRelease) break;
  }
  return entries;
}

async function usersOfOldEntry(
  records: Records,
  { id, ending, kind, release, at: since }: HistoryEntry,
): Promise<Users | undefined> {
  if (!['succeeded', 'rolled-back', 'rollback-failed'].includes(ending)) return undefined;
  const record = await records.readOrSkip(id);
  if (record) return usersOn(record);
  if (ending === 'rollback-failed') return { kind: 'unknown', since, among: [] };
  const back = describeRequest({ kind }).rollsBack || ending === 'succeeded';
  return back && release !== undefined ? { kind: 'release', release, since } : undefined;
}

export type LiveCommit =
  | { kind: 'commit'; sha: string }
  | { kind: 'unknown' | 'nothing' }
  /** No record names the commit of the live release: it was installed by hand, or is too old. */
  | { kind: 'no-commit'; release: string | undefined };

export async function readLiveCommit(records: Records, place: Place): Promise<LiveCommit> {
  const { live, running } = await readLive(records, place);
  if (live.kind === 'nothing') return live;
  if (live.kind === 'before') return { kind: 'no-commit', release: undefined };
  if (live.kind !== 'release' || live.except) return { kind: 'unknown' };
  const { release } = live;
  if (running && describeRequest(running.request).makesRelease && running.facts.release === release)
    return commitOf(running, release);
  const history = await records.history(place, LOOK_BACK[1]);
  const maker = makerOf(release, history);
  return commitOf(maker && (await records.readOrSkip(maker.id)), release);
}

function commitOf(maker: Deployment | undefined, release: string): LiveCommit {
  const sha = maker?.facts.commit?.sha;
  return sha === undefined ? { kind: 'no-commit', release } : { kind: 'commit', sha };
}
