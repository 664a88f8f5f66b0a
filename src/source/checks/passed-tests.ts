// Reads from the output of a test command how many tests passed: pytest, jest, cargo and others.
import { stripVTControlCharacters } from 'node:util';

/** The number of tests that passed; undefined if the output has no summary of a known test runner. */
export function passedTests({ output, whole }: Output): number | undefined {
  const lines = stripVTControlCharacters(output).split(/\r?\n/);
  for (const read of [...summaries, ...(whole ? countedLines : [])]) {
    const found = lines.map(read).filter((count) => count !== undefined);
    if (found.length > 0) return found.reduce((sum, count) => sum + count, 0);
  }
  return undefined;
}

interface Output {
  output: string;
  /** Whether this is the whole output. Without all lines, passed tests cannot be counted one by one. */
  whole: boolean;
}

type Read = (line: string, index: number, lines: readonly string[]) => number | undefined;

const first = (pattern: RegExp): Read => {
  return (line) => {
    const count = pattern.exec(line)?.[1];
    return count === undefined ? undefined : Number(count);
  };
};

const numberIn = (text: string, pattern: RegExp): number => Number(pattern.exec(text)?.[1] ?? 0);

/** `Ran 12 tests in 0.1s`; skipped tests are two lines below: `OK (skipped=2, expected failures=1)`. */
const unittest: Read = (line, index, lines) => {
  const ran = /^Ran (\d+) tests? in /.exec(line)?.[1];
  if (ran === undefined) return undefined;
  const verdict = lines.slice(index + 1, index + 4).find((one) => /^OK\b/.test(one)) ?? '';
  return (
    Number(ran) - numberIn(verdict, /skipped=(\d+)/) - numberIn(verdict, /expected failures=(\d+)/)
  );
};

/** `===== 3 passed, 1 skipped in 0.1s =====` (with -q without the frame), or `no tests ran in 0.01s`. */
const pytest: Read = (line) => {
  const summary =
    /^(?:=+ )?(.*\b(?:passed|skipped|deselected|xfailed|no tests ran)\b.*) in [\d.]+ ?s/;
  const said = summary.exec(line)?.[1];
  return said === undefined ? undefined : numberIn(said, /\b(\d+) passed/);
};

/** `Tests:  1 skipped, 12 passed, 13 total` of jest; `Tests  12 passed (12)` of vitest. */
const jest: Read = (line) => {
  const said = /^\s*Tests:?\s+(\d.*)$/.exec(line)?.[1];
  return said !== undefined && /\b(?:passed|total|skipped)\b/.test(said)
    ? numberIn(said, /\b(\d+) passed/)
    : undefined;
};

/** `12 examples, 0 failures, 1 pending` of RSpec, `12 tests, 0 failures, 1 skipped` of ExUnit and minitest. */
const examples: Read = (line) => {
  const [, count] =
    /^\s*(\d+) (?:examples?|tests?|runs?), (?:\d+ assertions?, )?0 failures/.exec(line) ?? [];
  return count === undefined
    ? undefined
    : Number(count) - numberIn(line, /\b(\d+) (?:pending|skipped|skips|excluded)/);
};

/** Maven's total: `Tests run: 12, Failures: 0, Errors: 0, Skipped: 1`. The line of one class continues with a time. */
const maven: Read = (line) => {
  const [, run, skipped] =
    /\bTests run: (\d+), Failures: 0, Errors: 0, Skipped: (\d+)\s*$/.exec(line) ?? [];
  return run === undefined ? undefined : Number(run) - Number(skipped);
};

const summaries: readonly Read[] = [
  unittest,
  pytest,
  jest,
  first(/^test result: ok\. (\d+) passed/), // cargo
  first(/^(?:#|ℹ) pass (\d+)\s*$/), // node --test, and other tools that write TAP
  first(/^\s*(\d+) passing\b/), // mocha
  examples,
  maven,
  first(/^OK \((\d+) tests?, \d+ assertions?\)/), // PHPUnit
  first(/\bPassed: +(\d+), Skipped: +\d+, Total: +\d+/), // dotnet
  first(/^ok \| (\d+) passed/), // deno
  first(/^\s*(\d+) pass\s*$/), // bun
];

const oneEach = (pattern: RegExp): Read => {
  return (line) => (pattern.test(line) ? 1 : undefined);
};

/** Formats without a summary, of which each passed test is counted: go test -v, and plain TAP. */
const countedLines: readonly Read[] = [
  oneEach(/^\s*--- PASS: /),
  oneEach(/^ok \d+\b(?!.*# (?:skip|todo)\b)/i),
];
