// Writes the lines about past deployments and releases, for `/argo history`, `/argo status`, form and Home.
import { describeRequest } from '../../../deploy/record/requests.ts';
import type { Live } from '../../../deploy/history/live-by-record.ts';
import { type HistoryEntry, makerOf, type Place } from '../../../deploy/history/records.ts';
import type { Reply } from '../../contract/interaction.ts';
import { section } from '../parts/blocks.ts';
import { type Named, nextStep, withFlags } from '../parts/next-step.ts';
import { stageNamed } from '../../../deploy/record/stages.ts';
import { failureTitle } from '../parts/failure-titles.ts';
import { environmentOf, icons } from '../parts/state.ts';
import { capped, code, dayAndTime, duration, person, phrase, quoted } from '../parts/text.ts';

export interface Past {
  live: Live;
  /** Newest first. Messages list only the first entries. Older ones say which commit a release is made of. */
  history: readonly HistoryEntry[];
}

export function historyView(place: Place, past: Past, most: number, target?: Named): Reply {
  const title = `*History of ${environmentOf(place)}*`;
  if (past.history.length === 0)
    return {
      text: `${title}\nNothing has been deployed yet. ${nextStep('`/argo deploy`.', target)}`,
    };
  const bad = rolledBackFrom(past.history);
  const listed = past.history.slice(0, most).map((entry) => {
    // A release that `/argo rollback` accepts is shown by its name, so that people can copy it.
    const name = isGood(entry, bad) && entry.commit && entry.release;
    return `${historyLine(entry, past)}${name ? ` · ${code(name, 60)}` : ''}`;
  });
  const lines = capped(listed, 30, 2_600);
  const back = rollbackLine(past, most, target);
  return { text: title, blocks: [section([title, ...lines, ...back].join('\n'))] };
}

/** Says how to return to a listed release. The example is the newest one that is not live. */
function rollbackLine({ live, history }: Past, most: number, target: Named | undefined): string[] {
  const current = live.kind === 'release' ? live.release : undefined;
  const bad = rolledBackFrom(history);
  const found = history
    .slice(0, most)
    .find((entry) => isGood(entry, bad) && entry.release && entry.release !== current);
  if (!found?.release) return [];
  const command = withFlags(code(`/argo rollback ${found.release}`, 120), target);
  return [`To return to a release: ${command}.`];
}

export function historyLine(entry: HistoryEntry, { live, history }: Past): string {
  const { at, by, ending, ms, release } = entry;
  const icon = isUnhealthy(entry) ? '⚠️' : icons[ending];
  const own = entry.commit && commitWords(entry.commit);
  const named = release === undefined ? own : releaseWords(release, [entry, ...history]);
  const current =
    live.kind === 'release' && history.find((one) => isDone(one) && one.release === live.release);
  const verdict = `${verdictOf(entry)}${reasonOf(entry)}${current === entry ? ', live now' : ''}`;
  const parts = [what(entry, named), verdict, person(by), dayAndTime(at), duration(ms)];
  return `${icon} ${parts.filter((part) => part !== undefined).join(' · ')}`;
}

/** Returns what was deployed; undefined for a deployment that failed before its commit was known. */
function what(entry: HistoryEntry, named: string | undefined): string | undefined {
  const { title, makesRelease, rollsBack } = describeRequest(entry);
  if (entry.kind === 'deploy')
    return named ?? (entry.failed && entry.ending === 'failed' ? undefined : title);
  const link = rollsBack ? 'to' : makesRelease ? 'with' : 'of';
  return named ? `${title} ${link} ${named}` : title;
}

/** Returns the subject and short sha of a release's commit; if unknown, the release's name. Escaped. */
export function releaseWords(release: string, history: readonly HistoryEntry[]): string {
  const { commit } = makerOf(release, history) ?? {};
  return commit ? commitWords(commit) : code(release, 60);
}

export function commitWords({ sha, subject }: NonNullable<HistoryEntry['commit']>): string {
  return [quoted(subject, 100), code(sha.slice(0, 7), 7)].filter(Boolean).join(' ');
}

function verdictOf(entry: HistoryEntry): string {
  const stage = entry.failed && entry.ending === 'failed' && stageNamed(entry.failed.stage);
  if (stage) {
    const { code: failure } = entry.failed ?? {};
    const title = failureTitle({ ...stage, ...(failure ? { failure: { code: failure } } : {}) });
    return quoted(title, 80);
  }
  if (!isDone(entry)) return entry.ending.replace('-', ' ');
  if (isUnhealthy(entry)) return 'deployed, but unhealthy';
  return describeRequest(entry).makesRelease ? 'deployed' : 'done';
}

/** A rollback that a person requested ends as `rolled-back`, too. */
function isDone({ ending, kind }: HistoryEntry): boolean {
  return ending === 'succeeded' || (ending === 'rolled-back' && kind === 'rollback');
}

/** Returns why a deployment failed or was rolled back: `: errors since 14:02`. Only the first sentence; escaped. */
function reasonOf({ why = '' }: HistoryEntry): string {
  const [first = ''] = why.split(/(?<=[.?!]) (?=\S)/);
  return first === '' ? '' : `: ${phrase(first, 120)}`;
}

function isUnhealthy({ ending, users }: HistoryEntry): boolean {
  return ending === 'succeeded' && users?.kind === 'release' && users.unhealthy === true;
}

/** `bad`: releases that a person rolled back from later. */
function isGood(entry: HistoryEntry, bad: ReadonlySet<string>): boolean {
  const { makesRelease = false } = describeRequest(entry);
  const wasRolledBack = entry.release !== undefined && bad.has(entry.release);
  return makesRelease && entry.ending === 'succeeded' && !isUnhealthy(entry) && !wasRolledBack;
}

/** Returns the releases that `/argo rollback` took users from: it marks them bad, and refuses to return to them. */
function rolledBackFrom(history: readonly HistoryEntry[]): ReadonlySet<string> {
  const releases = history.flatMap((entry, index) => {
    if (!describeRequest(entry).rollsBack || !isDone(entry)) return [];
    const before = history.slice(index + 1).find(({ users }) => users !== undefined)?.users;
    const left = before?.kind === 'release' ? before.release : undefined;
    return left === undefined || left === entry.release ? [] : [left];
  });
  return new Set(releases);
}
