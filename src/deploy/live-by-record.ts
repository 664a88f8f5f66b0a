import type { HistoryEntry, Place, Records } from './records.ts';

export type LiveEntry =
  | { kind: 'release'; entry: HistoryEntry }
  /** A rollback failed, and nothing has settled it since. */
  | { kind: 'unknown' }
  | { kind: 'nothing' };

/** What is live by the record alone; a deployment that was rolled back leaves what was there before it. */
export function liveByRecord(history: readonly HistoryEntry[]): LiveEntry {
  for (const entry of history) {
    if (entry.ending === 'rollback-failed') return { kind: 'unknown' };
    // A rollback brings its release live as much as a deployment does.
    const back = entry.kind === 'rollback' && entry.ending === 'rolled-back';
    if (entry.ending === 'succeeded' || back) return { kind: 'release', entry };
  }
  return { kind: 'nothing' };
}

/** Whether it made its release, and knows the commit of it; a restart makes none. */
export function makes({ kind, plan }: HistoryEntry): boolean {
  return kind === 'deploy' && plan !== 'restart';
}

export type LiveCommit =
  | { kind: 'commit'; sha: string }
  | { kind: 'unknown' | 'nothing' }
  /** No record says which commit it was made of: laid out by hand, or too long ago. */
  | { kind: 'no-commit'; release: string | undefined };

/** Far enough back to find the deployment that made a release which a rollback has brought back. */
const LOOK_BACK = 200;

export async function liveCommit(records: Records, place: Place): Promise<LiveCommit> {
  const history = await records.history(place, LOOK_BACK);
  const live = liveByRecord(history);
  if (live.kind !== 'release') return live;
  const { release } = live.entry;
  const maker = history.find((entry) => makes(entry) && entry.release === release);
  const record = maker && release !== undefined ? await records.read(maker.id) : undefined;
  const sha = record?.facts.commit?.sha;
  return sha === undefined ? { kind: 'no-commit', release } : { kind: 'commit', sha };
}
