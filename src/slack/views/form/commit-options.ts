import type { PlainTextElement, PlainTextOption } from '@slack/types';
import type { Commit } from '../../../deploy/ports/ports.ts';
import type { Target } from '../../../deploy/settings/settings.ts';
import type { OfferedCommits } from '../../contract/commit-offers.ts';
import { words } from '../parts/blocks.ts';
import { plainLine } from '../parts/text.ts';

/** Slack takes 100 options in all, and 75 characters for each text and value. */
const MOST_COMMITS = 60;
const MOST_TEXT = 75;

interface Group {
  label: PlainTextElement;
  options: PlainTextOption[];
}

/** What somebody has typed into the select so far. */
export interface Typed {
  text: string;
  /** The command would take it as a ref. */
  isRef: boolean;
}

/** What a select with options from outside is answered. */
export interface Suggestions {
  option_groups: Group[];
}

/** What may be chosen to deploy: the newest commits, or where git does not say, those of past deployments. */
export function commitOptions(
  target: Target,
  offered: OfferedCommits,
  past: readonly Commit[],
  typed: Typed,
): Suggestions {
  const commits = offered.kind === 'fresh' ? offered.commits : past;
  const wanted = typed.text.trim().toLowerCase();
  const found = commits
    .filter((one) => matches(one, wanted))
    .slice(0, MOST_COMMITS)
    .map(commitOption);
  const groups = [
    group(`Newest of ${branchOf(target)}`, wanted === '' ? [newest(target)] : []),
    group(titleOf(offered, target), found),
    group('A branch, tag or commit', typed.isRef ? option(typed.text.trim()) : []),
  ].flat();
  // Slack takes no empty list, and silence would not say why there is nothing.
  return { option_groups: groups.length > 0 ? groups : group(nothing(offered), [newest(target)]) };
}

function group(label: string, options: PlainTextOption[]): Group[] {
  if (options.length === 0) return [];
  return [{ label: words(plainLine(label, MOST_TEXT)), options }];
}

function titleOf(offered: OfferedCommits, target: Target): string {
  switch (offered.kind) {
    case 'fresh':
      return `Commits of ${branchOf(target)}`;
    case 'late':
      return 'git has not answered yet; of past deployments';
    case 'failed':
      return `Of past deployments; git says: ${offered.why}`;
  }
}

function nothing(offered: OfferedCommits): string {
  if (offered.kind === 'failed') return `Nothing fits; git says: ${offered.why}`;
  return offered.kind === 'late' ? 'Nothing fits so far; git has not answered' : 'Nothing fits';
}

function matches({ sha, subject, author }: Commit, wanted: string): boolean {
  return (
    sha.startsWith(wanted) ||
    subject.toLowerCase().includes(wanted) ||
    author.toLowerCase().includes(wanted)
  );
}

/** A commit as an option; also for one that is chosen beforehand. */
export function commitOption({ sha, subject }: Pick<Commit, 'sha' | 'subject'>): PlainTextOption {
  return { text: shown(`${sha.slice(0, 7)} ${subject}`), value: sha.slice(0, MOST_TEXT) };
}

function newest(target: Target): PlainTextOption {
  const branch = branchOf(target);
  // Half of a name is another branch; HEAD is the declared one, too.
  const value = branch.length > MOST_TEXT ? 'HEAD' : branch;
  return { text: shown(`${branch}, whatever is newest`), value };
}

/** Slack takes no empty text, and what comes from git may be all invisible. */
function shown(text: string): PlainTextElement {
  return words(plainLine(text, MOST_TEXT) || 'without a name');
}

/** A longer one is typed into the field below the select. */
function option(ref: string): PlainTextOption[] {
  if (ref.length > MOST_TEXT) return [];
  return [{ text: shown(ref), value: ref }];
}

function branchOf({ settings: { source } }: Target): string {
  return 'git' in source ? source.branch : 'HEAD';
}
