import { stripVTControlCharacters } from 'node:util';

/** How many tests the output of a command says have passed: undefined where it says nothing that we know. */
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
  /** A part of the output can be searched for a summary, but its lines cannot be counted. */
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

/** `Ran 12 tests in 0.1s`; what was skipped is two lines below: `OK (skipped=2, expected failures=1)`. */
const unittest: Read = (line, index, lines) => {
  const ran = /^Ran (\d+) tests? in /.exec(line)?.[1];
  if (ran === undefined) return undefined;
  const verdict = lines.slice(index + 1, index + 4).find((one) => /^OK\b/.test(one)) ?? '';
  return (
    Number(ran) - numberIn(verdict, /skipped=(\d+)/) - numberIn(verdict, /expected failures=(\d+)/)
  );
};

/** `===== 3 passed, 1 skipped in 0.1s =====`, and without the frame with -q; `no tests ran in 0.01s`. */
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

/** `Tests run: 12, Failures: 0, Errors: 0, Skipped: 1` of Maven, once a class with a time, once for all. */
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
  first(/^(?:#|ℹ) pass (\d+)\s*$/), // node --test, and other writers of TAP
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

/** Without a summary: go test -v, and plain TAP. */
const countedLines: readonly Read[] = [
  oneEach(/^\s*--- PASS: /),
  oneEach(/^ok \d+\b(?!.*# (?:skip|todo)\b)/i),
];
