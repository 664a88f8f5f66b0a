// Prints the doctor's findings as text for a terminal, or as JSON.
import type { Finding, Level, Part } from './finding.ts';

type Summary = Record<Level, number>;

export function summaryOf(parts: readonly Part[]): Summary {
  const count = (level: Level): number =>
    parts.flatMap(({ findings }) => findings).filter((finding) => finding.level === level).length;
  return { ok: count('ok'), warn: count('warn'), fail: count('fail') };
}

/** For programs: all parts and the summary. */
export function reportJson(parts: readonly Part[]): string {
  return `${JSON.stringify({ parts, summary: summaryOf(parts) }, null, 2)}\n`;
}

const LONGEST_WHAT = 18;

/** For a terminal: grouped by part and aligned, each fix below its finding, the summary in the last line. */
export function reportText(parts: readonly Part[]): string {
  const names = parts.flatMap(({ findings }) => findings.map(({ what }) => what.length));
  const width = Math.min(LONGEST_WHAT, Math.max(0, ...names));
  const texts = parts.map((part) =>
    [
      part.title,
      ...part.findings.map((finding) => line(finding, width)),
      ...planLines(part.plan ?? [], width),
      '',
    ].join('\n'),
  );
  return `${[...texts, lastLine(summaryOf(parts))].join('\n')}\n`;
}

function line({ level, what, text, fix }: Finding, width: number): string {
  const indent = ' '.repeat(width + 10);
  const shown = text.trim().split('\n').join(`\n${indent}`);
  const remedy =
    fix === undefined ? '' : `\n${indent}fix: ${fix.split('\n').join(`\n${indent}     `)}`;
  return `  ${level.padEnd(4)}  ${what.padEnd(width)}  ${shown}${remedy}`;
}

/** Below the findings, in the same column. */
function planLines(plan: readonly string[], width: number): string[] {
  return plan.map(
    (text, index) =>
      `  ${' '.repeat(4)}  ${(index === 0 ? 'would do' : '').padEnd(width)}  ${text}`,
  );
}

function lastLine({ ok, warn, fail }: Summary): string {
  const counts = `${ok} ok, ${counted(warn, 'warning')}, ${counted(fail, 'failure')}`;
  if (fail > 0) return `${counts}: fix what failed, then run this again. Nothing was changed.`;
  if (warn > 0) return `${counts}: a deployment can go ahead. Nothing was changed.`;
  return `${counts}: ready to deploy. Nothing was changed.`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
