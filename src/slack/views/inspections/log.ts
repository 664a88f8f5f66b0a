// Decides how much of a log a message or a modal shows: its end, whole lines, the same share for each host.
import type { KnownBlock } from '@slack/types';
import type { InspectionResult } from '../../../deploy/inspections/inspection.ts';
import { context, preformatted, section } from '../parts/blocks.ts';
import { code, counted, plain } from '../parts/text.ts';

/** Characters of all hosts: a message has room for about 12,000, a modal for 250 kB. */
const ROOM = { end: 7_000, whole: 120_000 } as const;
/** Blocks of all hosts. */
const BLOCKS = { end: 20, whole: 90 } as const;
const BLOCK = 2_800;

type Share = keyof typeof ROOM;
type Log = (InspectionResult & { kind: 'found' })['findings'] & { kind: 'logs' };

export function isCut(result: InspectionResult): boolean {
  const { logs } = logsIn(result);
  const everyHost = logs.length <= BLOCKS.end / 2;
  return !everyHost || logs.some(({ log }) => lastLines(log, 'end', logs.length).left > 0);
}

/** Nothing for a result that is no log. */
export function logParts(result: InspectionResult, share: Share): KnownBlock[] {
  const { logs } = logsIn(result);
  const most = Math.max(2, Math.floor(BLOCKS[share] / Math.max(1, logs.length)));
  const hidden = logs.length - BLOCKS[share] / 2;
  const parts = logs.slice(0, BLOCKS[share] / 2).flatMap(({ host, unit, log }) => {
    const { lines, left } = lastLines(log, share, logs.length);
    const kept = lines.length === 1 ? '1 line' : `${lines.length} lines`;
    const note =
      left > 0 ? [context(`The last ${kept} of ${counted(lines.length + left, 'line')}`)] : [];
    const head = section(`${code(unit, 60)} on ${code(host, 40)}`);
    return [head, ...note, ...pages(lines)].slice(0, most);
  });
  return hidden > 0 ? [...parts, context(counted(hidden, 'more host'))] : parts;
}

function logsIn(result: InspectionResult): Pick<Log, 'logs'> {
  return result.kind === 'found' && result.findings.kind === 'logs'
    ? result.findings
    : { logs: [] };
}

/** The lines that fit, and how many do not. */
function lastLines(log: string, share: Share, hosts: number): { lines: string[]; left: number } {
  const all = log.trimEnd().split('\n');
  let room = Math.max(BLOCK / 4, Math.floor(ROOM[share] / hosts));
  let from = all.length;
  while (from > 0 && (all[from - 1]?.length ?? 0) < room) {
    from -= 1;
    room -= (all[from]?.length ?? 0) + 1;
  }
  // A single line that is too long is cut.
  if (from === all.length) return { lines: [all.at(-1)?.slice(-BLOCK / 4) ?? ''], left: from - 1 };
  return { lines: all.slice(from), left: from };
}

/** As few blocks as hold these lines. */
function pages(lines: readonly string[]): KnownBlock[] {
  const texts: string[] = [];
  for (const line of lines.map((one) => plain(one, BLOCK))) {
    const last = texts.at(-1);
    if (last !== undefined && last.length + line.length < BLOCK)
      texts[texts.length - 1] = `${last}\n${line}`;
    else texts.push(line);
  }
  return texts.map((text) => preformatted(text === '' ? 'nothing written' : text));
}
