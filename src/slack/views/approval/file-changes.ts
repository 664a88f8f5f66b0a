// Builds the blocks about added, changed, deleted and left-out files.
import type { KnownBlock } from '@slack/types';
import type { Facts } from '../../../deploy/record/facts.ts';
import { section } from '../parts/blocks.ts';
import { capped, code, codeList, countWords, number, quoted } from '../parts/text.ts';

export function fileBlocks(facts: Facts): KnownBlock[] {
  return [...changed(facts), ...omitted(facts)];
}

interface Totals {
  added: number;
  changed: number;
  deleted: number;
}

function changed({ diff, fileCount, fileChanges }: Facts): KnownBlock[] {
  if (!diff) return [];
  const [first, ...others] = fileChanges ?? [];
  const counts = first ?? totalsOf(diff);
  const total = fileCount === undefined ? '' : ` of ${number(fileCount)} files`;
  const since = first?.from ? ` since ${code(first.from, 60)}` : '';
  const where = others.length > 0 && first ? ` on ${codeList(first.hosts, 4, 200)}` : '';
  const lines = [
    ...pathLines('+', diff.added, counts.added),
    ...pathLines('~', diff.changed, counts.changed),
    ...pathLines('−', diff.deleted, counts.deleted),
    ...capped(others.map(otherHostsLine), 4, 700),
  ];
  const title = changeCounts(counts);
  if (title === '') return [];
  return [section([`*${title}${total}*${since}${where}`, ...lines].join('\n'))];
}

export function totalsOf({ added, changed: edited, deleted }: NonNullable<Facts['diff']>): Totals {
  return { added: added.length, changed: edited.length, deleted: deleted.length };
}

/** Returns `2 added, 1 deleted`; empty without changes. */
export function changeCounts({ added, changed: edited, deleted }: Totals): string {
  return countWords({ added, changed: edited, deleted });
}

/** Lists added, changed or deleted paths. Each kind has its own limit: many added files must not hide a deleted one. */
function pathLines(mark: string, paths: readonly string[], count: number): string[] {
  const lines = paths.map((path) => `${mark} ${code(path, 120)}`);
  const shown = capped(lines, 5, 500).slice(0, 5);
  const kept = shown.filter((line) => line.startsWith(mark)).length;
  const left = count - kept;
  const more = left > 0 ? [`${mark} … ${number(left)} more`] : [];
  return [...shown.slice(0, kept), ...more];
}

function otherHostsLine(group: NonNullable<Facts['fileChanges']>[number]): string {
  const from = group.from ? `, which has ${code(group.from, 60)}` : ', which has no release';
  return `• on ${codeList(group.hosts, 4, 200)}${from}: ${changeCounts(group) || 'no changes'}`;
}

function omitted({ leftOut }: Facts): KnownBlock[] {
  const lines = leftOutLines({ leftOut }).map((line) => `• ${quoted(line, 200)}`);
  return lines.length > 0 ? [section(['*Left out*', ...capped(lines, 5, 700)].join('\n'))] : [];
}

/** Returns one line per rule: `tests are left out by default (12): tests/, core/test_cache.py, … 10 more` */
export function leftOutLines({ leftOut }: Pick<Facts, 'leftOut'>): string[] {
  return (leftOut ?? []).map(({ by, count, paths }) => {
    const shown = paths.slice(0, 4).join(', ');
    const left = count - Math.min(4, paths.length);
    return `${by} (${number(count)}): ${shown}${left > 0 ? `, … ${number(left)} more` : ''}`;
  });
}
