// Decides how many lines of the hosts' logs a message or modal shows: the last ones, an equal share per host.
import type { KnownBlock } from '@slack/types';
import type { InspectionResult } from '../../../deploy/inspections/inspection.ts';
import { context, preformatted, section } from '../parts/blocks.ts';
import { code, counted, plain } from '../parts/text.ts';

/** Maximum characters of all hosts together. Slack accepts about 12,000 per message and 250 kB per modal. */
const MAX_CHARACTERS = { end: 7_000, whole: 120_000 } as const;
/** Maximum blocks of all hosts together. Slack accepts 50 per message and 100 per modal. */
const MAX_BLOCKS = { end: 20, whole: 90 } as const;
const BLOCK_SIZE = 2_800;

type Share = keyof typeof MAX_CHARACTERS;

export function isCut(result: InspectionResult): boolean {
  const logs = logsIn(result);
  const everyHost = logs.length <= MAX_BLOCKS.end / 2;
  return !everyHost || logs.some(({ log }) => lastLines(log, 'end', logs.length).left > 0);
}

/** Returns the blocks of the logs; none for an inspection without logs. */
export function logParts(result: InspectionResult, share: Share): KnownBlock[] {
  const logs = logsIn(result);
  const most = Math.max(2, Math.floor(MAX_BLOCKS[share] / Math.max(1, logs.length)));
  const hidden = logs.length - MAX_BLOCKS[share] / 2;
  const parts = logs.slice(0, MAX_BLOCKS[share] / 2).flatMap(({ host, unit, log }) => {
    const { lines, left } = lastLines(log, share, logs.length);
    const note =
      left > 0
        ? [context(`The last ${lines.length} of ${counted(lines.length + left, 'line')}`)]
        : [];
    const head = section(`${code(unit, 60)} on ${code(host, 40)}`);
    return [head, ...note, ...pages(lines)].slice(0, most);
  });
  return hidden > 0 ? [...parts, context(counted(hidden, 'more host'))] : parts;
}

function logsIn(result: InspectionResult) {
  return result.kind === 'found' && result.findings.kind === 'logs' ? result.findings.logs : [];
}

/** Returns the last lines that fit, and how many earlier lines do not (`left`). */
function lastLines(log: string, share: Share, hosts: number): { lines: string[]; left: number } {
  const all = log.trimEnd().split('\n');
  let room = Math.max(BLOCK_SIZE / 4, Math.floor(MAX_CHARACTERS[share] / hosts));
  let from = all.length;
  while (from > 0 && (all[from - 1]?.length ?? 0) < room) {
    from -= 1;
    room -= (all[from]?.length ?? 0) + 1;
  }
  // If even the last line does not fit, show only the end of that line.
  if (from === all.length)
    return { lines: [all.at(-1)?.slice(-BLOCK_SIZE / 4) ?? ''], left: from - 1 };
  return { lines: all.slice(from), left: from };
}

/** Packs the lines into as few preformatted blocks as possible. */
function pages(lines: readonly string[]): KnownBlock[] {
  const texts: string[] = [];
  for (const line of lines.map((one) => plain(one, BLOCK_SIZE))) {
    const last = texts.at(-1);
    if (last !== undefined && last.length + line.length < BLOCK_SIZE)
      texts[texts.length - 1] = `${last}\n${line}`;
    else texts.push(line);
  }
  return texts.map((text) => preformatted(text === '' ? 'No log lines.' : text));
}
