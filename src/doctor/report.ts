// Prints the doctor's findings as text for a terminal, or as JSON.
import type { Finding, Level, Part } from './finding.ts';

type Summary = Record<Level, number>;

export function summaryOf(parts: readonly Part[]): Summary {
  const count = (level: Level): number =>
    parts.flatMap(({ findings }) => findings).filter((finding) => finding.level === level).length;
  return { ok: count('ok'), warn: count('warn'), fail: count('fail') };
}

export function reportJson(parts: readonly Part[]): string {
  return `${JSON.stringify({ parts, summary: summaryOf(parts) }, null, 2)}\n`;
}

const MAX_NAME_WIDTH = 18;

/** Prints aligned findings by part for a terminal. Each fix is below its finding; the summary is last. */
export function reportText(parts: readonly Part[], changed = 'Nothing was changed.'): string {
  const names = parts.flatMap(({ findings }) => findings.map(({ what }) => what.length));
  const width = Math.min(MAX_NAME_WIDTH, Math.max(0, ...names));
  const texts = parts.map((part) =>
    [
      part.title,
      ...part.findings.map((finding) => line(finding, width)),
      ...planLines(part.plan ?? [], width),
      '',
    ].join('\n'),
  );
  return `${[...texts, lastLine(summaryOf(parts), changed)].join('\n')}\n`;
}

function line({ level, what, text, fix }: Finding, width: number): string {
  const indent = ' '.repeat(width + 10);
  const shown = text.trim().split('\n').join(`\n${indent}`);
  const remedy =
    fix === undefined ? '' : `\n${indent}fix: ${fix.split('\n').join(`\n${indent}     `)}`;
  return `  ${level.padEnd(4)}  ${what.padEnd(width)}  ${shown}${remedy}`;
}

/** Formats the predicted steps of the next deployment, in the same column as the findings above. */
function planLines(plan: readonly string[], width: number): string[] {
  return plan.map(
    (text, index) =>
      `  ${' '.repeat(4)}  ${(index === 0 ? 'would do' : '').padEnd(width)}  ${text}`,
  );
}

function lastLine({ ok, warn, fail }: Summary, changed: string): string {
  const counts = `${ok} ok, ${counted(warn, 'warning')}, ${counted(fail, 'failure')}`;
  if (fail > 0) return `${counts}: fix what failed, then run this again. ${changed}`;
  if (warn > 0) return `${counts}: a deployment can go ahead. ${changed}`;
  return `${counts}: ready to deploy. ${changed}`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
