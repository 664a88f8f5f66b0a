// Decides which lines of a service's log say why it failed: the traceback, else errors, else the end.

/** Number of log lines that a message shows. */
const LINES = 4;
/** Only the last lines of a log are searched, because the cause is near its end. Longer lines are cut. */
const MAX_LINES = 500;
const MAX_LINE_LENGTH = 4_000;

/** The start of a journal line: `2026-11-28T18:46:43+0000 host-1 python[123]: `. */
const PREFIX = /^\S+ \S+ [^\s:]+\[\d+\]: /;
const FROM_SYSTEMD = /^\S+ \S+ systemd\[1\]: /;
const TRACEBACK = /^\s*(?:\S+ )?Traceback \(most recent call last\):/;
/** Python prints these words between the traceback of an exception and that of a later exception, to which it led. */
const CHAINED =
  /^\s*(?:During handling of the above exception|The above exception was the direct cause)/;
/** A log level, an exception or a crash in common languages. */
const ERROR =
  /\b(?:ERROR|CRITICAL|FATAL|SEVERE|EMERG)\b|"level":\s*"?(?:error|fatal|50|60)|\b(?:[A-Z]\w*(?:Error|Exception)|panic|fatal error|Segmentation fault|out of memory)\b/;

/** Returns the lines to show; empty if the log has no error and its last lines are of an access log. */
export function causeLines(log: readonly string[]): string[] {
  const last = log.slice(-MAX_LINES).map((line) => line.slice(0, MAX_LINE_LENGTH));
  const own = last.filter((line) => !FROM_SYSTEMD.test(line));
  const lines = own.length > 0 ? own : last;
  const texts = lines.map((line) => line.replace(PREFIX, ''));
  const chosen = tracebackIndexes(texts) ?? errorIndexes(texts);
  if (chosen !== undefined) return chosen.flatMap((index) => lines[index] ?? []);
  const end = lines.slice(-(LINES - 1));
  return end.every((line) => ACCESS.test(line)) ? [] : end;
}

/** Returns the next step after a release failed. Names the new commit if there is only one. */
export function fixStep(log: readonly string[], commits: readonly { sha: string }[] = []): string {
  const [only, ...others] = commits;
  const where =
    only && others.length === 0 ? ` in \`${only.sha.slice(0, 7)}\`, the only new commit` : '';
  const fix = hasError(log)
    ? 'fix what the log shows'
    : `press Show log, find the cause${where}, fix it`;
  const missing = causeLines(log).some((line) => MISSING_FILE.test(line));
  const create = missing
    ? 'if that file belongs on the host, create it there and `/argo retry`. Otherwise '
    : '';
  return `${create}${fix}, commit and push, then \`/argo deploy\`.`;
}

export function hasError(log: readonly string[]): boolean {
  return log.some((line) => ERROR.test(line.slice(0, MAX_LINE_LENGTH)));
}

/** An error message about a missing file with an absolute path. */
const MISSING_FILE = /No such file or directory:? ["'\u2018]?\//;

/** A line of an access log, which shows that a request failed, but not why. */
const ACCESS = /HTTP\/[\d.]+" \d{3}\b/;

/** Indexes of the last complete traceback's innermost frame, of its source line, and of the exception. */
function tracebackIndexes(texts: readonly string[]): number[] | undefined {
  const indents = texts.map((text) => (text.trim() === '' ? Infinity : text.search(/\S/)));
  for (let start = texts.length - 1; start >= 0; start -= 1) {
    if (!TRACEBACK.test(texts[start] ?? '')) continue;
    const indent = indents[start] ?? 0;
    const end = indents.findIndex((own, index) => index > start && own <= indent);
    if (end === -1) continue;
    // Skip an exception that led to a later one: the later one is the cause, but its traceback is incomplete here.
    if (CHAINED.test(texts.slice(end + 1).find((text) => text.trim() !== '') ?? '')) continue;
    const frame = texts.slice(start, end).findLastIndex((text) => /^\s*File "/.test(text));
    const from = start + Math.max(frame, 1);
    return [...range(from, Math.min(end, from + LINES - 1)), end];
  }
  return undefined;
}

/** Indexes of the last line with an error, and of the lines after it, such as its stack. */
function errorIndexes(texts: readonly string[]): number[] | undefined {
  const last = texts.findLastIndex((text) => ERROR.test(text));
  return last === -1 ? undefined : range(last, Math.min(texts.length, last + LINES - 1));
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);
}
