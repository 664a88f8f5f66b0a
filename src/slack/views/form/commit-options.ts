// Decides which commits and refs the deploy form offers while a person types.
import type { PlainTextElement, PlainTextOption } from '@slack/types';
import type { Commit } from '../../../deploy/ports/ports.ts';
import type { Target } from '../../../deploy/settings/settings.ts';
import type { OfferedCommits } from '../../contract/ports.ts';
import { words } from '../parts/blocks.ts';
import { plainLine } from '../parts/text.ts';

/** Slack allows 100 options, and 75 characters for each text and value. */
const MAX_COMMITS = 60;
const MAX_TEXT = 75;

interface Group {
  label: PlainTextElement;
  options: PlainTextOption[];
}

export interface Typed {
  text: string;
  /** Whether `/argo deploy` accepts the text as a ref. */
  isRef: boolean;
}

/** The options of the commit select, in the format of Slack's external selects. */
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
    .slice(0, MAX_COMMITS)
    .map(commitOption);
  const groups = [
    group('Newest', wanted === '' ? [newest(target)] : []),
    group(titleOf(offered, target), found),
    group('A branch, tag or commit', typed.isRef ? option(typed.text.trim()) : []),
  ].flat();
  // Slack refuses an empty list, so the newest commit is offered below a label that says why nothing matches.
  return { option_groups: groups.length > 0 ? groups : group(nothing(offered), [newest(target)]) };
}

function group(label: string, options: PlainTextOption[]): Group[] {
  if (options.length === 0) return [];
  return [{ label: words(plainLine(label, MAX_TEXT)), options }];
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
  if (offered.kind === 'failed') return `Git failed: ${offered.why}`;
  return offered.kind === 'late' ? 'No match so far; git has not answered' : 'No match';
}

function matches({ sha, subject, author }: Commit, wanted: string): boolean {
  return (
    sha.startsWith(wanted) ||
    subject.toLowerCase().includes(wanted) ||
    author.toLowerCase().includes(wanted)
  );
}

export function commitOption({ sha, subject }: Pick<Commit, 'sha' | 'subject'>): PlainTextOption {
  return { text: shown(`${sha.slice(0, 7)} ${subject}`), value: sha.slice(0, MAX_TEXT) };
}

function newest(target: Target): PlainTextOption {
  const branch = branchOf(target);
  // A long branch name cut to Slack's limit could name another branch. HEAD means the branch in argo.yml.
  const value = branch.length > MAX_TEXT ? 'HEAD' : branch;
  return { text: shown(`Newest commit of ${branch}`), value };
}

/** Slack refuses an empty text, and a commit's subject may consist of invisible characters. */
function shown(text: string): PlainTextElement {
  return words(plainLine(text, MAX_TEXT) || 'no subject');
}

/** Returns a typed ref as an option; none if it is too long for Slack, because `/argo deploy` accepts it. */
function option(ref: string): PlainTextOption[] {
  if (ref.length > MAX_TEXT) return [];
  return [{ text: shown(ref), value: ref }];
}

/** Returns the branch in argo.yml; `HEAD` for a source that is a folder, because argo.yml names no branch for it. */
export function branchOf({ settings: { source } }: Target): string {
  return 'git' in source ? source.branch : 'HEAD';
}
