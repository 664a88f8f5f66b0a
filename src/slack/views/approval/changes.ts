// Builds the blocks about a release's changes, and decides how many commits, diff lines and warnings they show.
import type { KnownBlock } from '@slack/types';
import type { Deployment } from '../../../deploy/record/deployment.ts';
import type { Facts } from '../../../deploy/record/facts.ts';
import type { Target } from '../../../deploy/settings/settings.ts';
import { webAddress } from '../../../deploy/settings/web-address.ts';
import { preformatted, section } from '../parts/blocks.ts';
import { configBlocks, driftBlocks, driftOf } from './config-changes.ts';
import { fileBlocks } from './file-changes.ts';
import { releaseCommit } from '../parts/releases.ts';
import {
  capped,
  code,
  codeList,
  counted,
  escaped,
  plain,
  quoted,
  warningLines,
} from '../parts/text.ts';

const MOST_PACKAGES = 6;

/** Returns the blocks about all changes. Each part has a maximum length, so that all fit in one message. */
export function changeBlocks(d: Deployment, target: Target | undefined): KnownBlock[] {
  const { facts } = d;
  return [
    ...commits(facts),
    ...fileBlocks(facts),
    ...packageBlocks(facts),
    ...configBlocks(facts),
    ...driftBlocks(driftOf(d)),
    ...unit(facts),
    ...warnings(d),
    ...hosts(facts, target),
  ];
}

/** Returns the blocks for `/argo diff`, which only compares a commit with the live release. */
export function comparisonBlocks(facts: Facts, target: Target | undefined): KnownBlock[] {
  return [...commits(facts), ...fileBlocks(facts), ...hosts(facts, target)];
}

function commits({ commit, commits: all }: Facts): KnownBlock[] {
  const list = all ?? (commit ? [commit] : []);
  if (list.length === 0) return [];
  const lines = list.map(
    ({ sha, subject, author }) =>
      `• ${code(sha.slice(0, 7), 20)} ${quoted(subject, 110)} – ${quoted(author, 40)}`,
  );
  return titled(counted(list.length, 'commit'), capped(lines, 10, 1_800));
}

/** Returns the newest commit, the number of others and a link to their diff; escaped. */
export function commitLine({ facts }: Deployment, target: Target | undefined): string[] {
  const { commit } = facts;
  if (!commit) return [];
  const from = Object.values(facts.hosts ?? {}).map(({ liveRelease }) => liveRelease ?? '');
  const live =
    new Set(from.map(releaseCommit)).size === 1 ? releaseCommit(from[0] ?? '') : undefined;
  const others = (facts.commits?.length ?? 0) - 1;
  const more = others > 0 ? counted(others, 'more commit') : 'diff';
  const url = target && webAddress(target.settings.source, live, commit.sha);
  const link = url ? `<${escaped(url)}|${more}>` : others > 0 ? more : '';
  return [
    `${quoted(commit.subject, 110)} (${code(commit.sha.slice(0, 7), 7)})${link && ` · ${link}`}`,
  ];
}

export function packageBlocks({ packageChanges }: Facts): KnownBlock[] {
  if (!packageChanges || packageChanges.count === 0) return [];
  const { count, some } = packageChanges;
  const lines = some.map(({ package: name, before, after }) => {
    const mark = before === undefined ? '+' : after === undefined ? '−' : '~';
    const versions = [before, after].filter((one) => one !== undefined);
    return `${mark} ${code(name, 60)} ${versions.map((one) => quoted(one, 60)).join(' → ')}`;
  });
  const title = `${counted(count, 'package')} ${count === 1 ? 'changes' : 'change'}`;
  return [section([`*${title}*`, ...capped(lines, MOST_PACKAGES, 900, count)].join('\n'))];
}

function unit({ unitDiff, exposure }: Facts): KnownBlock[] {
  if (unitDiff === undefined) return [];
  // The unit's score from `systemd-analyze security`: 0 is the safest, 10 the least safe.
  const { now, before = now } = exposure ?? {};
  const was = before === now ? '' : `was ${before?.toFixed(1)}; `;
  const score =
    now === undefined ? '' : `\nSecurity exposure ${now.toFixed(1)} (${was}lower is better)`;
  if (unitDiff.trim() === '') return [section(`*Service definition* unchanged${score}`)];
  const { text } = shownUnitDiff(unitDiff);
  const title = isNewUnit(unitDiff) ? 'Service definition is new' : 'Service definition changes';
  return [section(`*${title}*${score}`), preformatted(plain(text, 2_400))];
}

/** True if the slot has no unit yet, so that every line is new. The diff says so in the head of its only part. */
const isNewUnit = (diff: string): boolean => diff.startsWith('@@ -0,0 ');

/** Names a change of the unit for the list of changes. */
export function unitChange({ unitDiff = '' }: Facts): string[] {
  if (unitDiff.trim() === '') return [];
  return [`${isNewUnit(unitDiff) ? 'new ' : ''}service definition`];
}

function shownUnitDiff(diff: string): { text: string; cut: boolean } {
  const whole = plain(diff, 20_000);
  const text = capped(whole.split('\n'), 80, 2_200).join('\n');
  return { text, cut: text !== whole || whole.length === 20_000 };
}

/** Returns the name of the file with the systemd unit's whole diff; undefined if Details can show the whole diff. */
export function unitDiffFile(d: Deployment): string | undefined {
  const { unitDiff } = d.facts;
  return unitDiff !== undefined && shownUnitDiff(unitDiff).cut ? `${d.id}-unit.diff` : undefined;
}

export function warningsOf(d: Deployment): string[] {
  return d.stages.flatMap(({ warnings: some }) => some);
}

function warnings(d: Deployment): KnownBlock[] {
  const all = warningsOf(d);
  if (all.length === 0) return [];
  return titled(counted(all.length, 'warning'), warningLines(all, 6, 1_200));
}

function hosts(
  { hosts: known, fileChanges = [] }: Facts,
  target: Target | undefined,
): KnownBlock[] {
  const compared = fileChanges.flatMap((group) => group.hosts);
  const names = known ? Object.keys(known) : compared;
  const all = names.length > 0 ? names : (target?.place.hosts.map(({ name }) => name) ?? []);
  if (all.length === 0) return [];
  return [section(`*${counted(all.length, 'host')}*: ${codeList(all, 10, 500)}`)];
}

function titled(title: string, lines: readonly string[]): KnownBlock[] {
  return [section([`*${title}*`, ...lines].join('\n'))];
}
