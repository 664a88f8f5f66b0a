// Decides which commits and refs the deploy form offers while somebody types.
import type { PlainTextElement, PlainTextOption } from '@slack/types';
import type { Commit } from '../../../deploy/ports/ports.ts';
import type { Target } from '../../../deploy/settings/settings.ts';
import type { OfferedCommits } from '../../contract/commit-offers.ts';
import { words } from '../parts/blocks.ts';
import { plainLine } from '../parts/text.ts';

/** Slack allows 100 options, and 75 characters for each text and value. */
const MOST_COMMITS = 60;
const MOST_TEXT = 75;

interface Group {
  label: PlainTextElement;
  options: PlainTextOption[];
}

export interface Typed {
  text: string;
  /** Whether `/argo deploy` accepts it as a ref. */
  isRef: boolean;
}

/** Slack's format for the options of an external select. */
export interface Suggestions {
  option_groups: Group[];
}

/** Offers the newest commits, or those of past deployments while git does not answer. */
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
    group('Newest', wanted === '' ? [newest(target)] : []),
    group(titleOf(offered, target), found),
    group('A branch, tag or commit', typed.isRef ? option(typed.text.trim()) : []),
  ].flat();
  // Slack refuses an empty list, and the label says why there are no options.
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
      return 'From past deployments; git has not answered yet';
    case 'failed':
      return `From past deployments; git says: ${offered.why}`;
  }
}

function nothing(offered: OfferedCommits): string {
  if (offered.kind === 'failed') return `No match; git says: ${offered.why}`;
  return offered.kind === 'late' ? 'No match so far; git has not answered' : 'No match';
}

function matches({ sha, subject, author }: Commit, wanted: string): boolean {
  return (
    sha.startsWith(wanted) ||
    subject.toLowerCase().includes(wanted) ||
    author.toLowerCase().includes(wanted)
  );
}

/** Also for the option that is chosen when the form opens. */
export function commitOption({ sha, subject }: Pick<Commit, 'sha' | 'subject'>): PlainTextOption {
  return { text: shown(`${sha.slice(0, 7)} ${subject}`), value: sha.slice(0, MOST_TEXT) };
}

function newest(target: Target): PlainTextOption {
  const branch = branchOf(target);
  // A cut name could be another branch; HEAD also means the declared one.
  const value = branch.length > MOST_TEXT ? 'HEAD' : branch;
  return { text: shown(`Newest commit of ${branch}`), value };
}

/** Slack refuses empty text, and a subject may consist of invisible characters. */
function shown(text: string): PlainTextElement {
  return words(plainLine(text, MOST_TEXT) || 'no subject');
}

/** Empty for a ref that is too long for an option: `/argo deploy` takes it. */
function option(ref: string): PlainTextOption[] {
  if (ref.length > MOST_TEXT) return [];
  return [{ text: shown(ref), value: ref }];
}

/** `HEAD` of a folder, which has no declared branch. */
export function branchOf({ settings: { source } }: Target): string {
  return 'git' in source ? source.branch : 'HEAD';
}
