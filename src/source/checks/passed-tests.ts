// Reads from the output of a test command how many tests passed: pytest, jest, cargo and others.
import { stripVTControlCharacters } from 'node:util';
import type { GroupRun } from '../sandbox/process-group.ts';

/** The number of tests that passed; undefined if the output has no summary of a known test runner. */
export function passedTests({
  output,
  whole,
}: Pick<GroupRun, 'output' | 'whole'>): number | undefined {
  const lines = stripVTControlCharacters(output).split(/\r?\n/);
  // If the beginning of the output was cut off (not `whole`), passed tests cannot be counted one by one.
  for (const summary of [...SUMMARIES, ...(whole ? EACH : [])]) {
    const counts = lines.flatMap((line, at) => countIn(summary, line, lines.slice(at)) ?? []);
    if (counts.length > 0) return counts.reduce((sum, count) => sum + count, 0);
  }
  return undefined;
}

/** How one test runner reports passed tests. */
interface Summary {
  /** Matches the summary. Its group is the number of passed tests; without a group, the line is one passed test. */
  line: RegExp;
  /** If set, finds the number in the line, because its place varies. If it finds none, no test passed. */
  passed?: RegExp;
  /** Finds numbers to subtract, for example of skipped tests, which `line` counts too. */
  except?: RegExp;
  /** If set, `except` searches another line: the first match of `verdict` in the three lines after the summary. */
  verdict?: RegExp;
}

function countIn(
  { line: pattern, passed, except, verdict }: Summary,
  line: string,
  following: readonly string[],
): number | undefined {
  const found = pattern.exec(line);
  if (!found) return undefined;
  const count = passed ? (passed.exec(line)?.[1] ?? 0) : (found[1] ?? 1);
  const where = verdict ? following.slice(1, 4).find((one) => verdict.test(one)) : line;
  const others = except ? [...(where ?? '').matchAll(except)] : [];
  return others.reduce((rest, [, other]) => rest - Number(other), Number(count));
}

const PASSED = /\b(\d+) passed/;

const SUMMARIES: readonly Summary[] = [
  // unittest: `Ran 12 tests in 0.1s`, and two lines below: `OK (skipped=2, expected failures=1)`.
  {
    line: /^Ran (\d+) tests? in /,
    verdict: /^OK\b/,
    except: /(?:skipped|expected failures)=(\d+)/g,
  },
  // pytest: `===== 3 passed, 1 skipped in 0.1s =====` (with -q without the frame), or `no tests ran in 0.01s`.
  {
    line: /^(?:=+ )?.*\b(?:passed|skipped|deselected|xfailed|no tests ran)\b.* in [\d.]+ ?s/,
    passed: PASSED,
  },
  // `Tests:  1 skipped, 12 passed, 13 total` of jest; `Tests  12 passed (12)` of vitest.
  { line: /^\s*Tests:?\s+\d.*\b(?:passed|total|skipped)\b/, passed: PASSED },
  { line: /^test result: ok\. (\d+) passed/ }, // cargo
  { line: /^(?:#|ℹ) pass (\d+)\s*$/ }, // node --test, and other tools that write TAP
  { line: /^\s*(\d+) passing\b/ }, // mocha
  // `12 examples, 0 failures, 1 pending` of RSpec, `12 tests, 0 failures, 1 skipped` of ExUnit and minitest.
  {
    line: /^\s*(\d+) (?:examples?|tests?|runs?), (?:\d+ assertions?, )?0 failures/,
    except: /\b(\d+) (?:pending|skipped|skips|excluded)/g,
  },
  // Maven's total: `Tests run: 12, Failures: 0, Errors: 0, Skipped: 1`. The line of one class continues with a time.
  {
    line: /\bTests run: (\d+), Failures: 0, Errors: 0, Skipped: \d+\s*$/,
    except: /Skipped: (\d+)\s*$/g,
  },
  { line: /^OK \((\d+) tests?, \d+ assertions?\)/ }, // PHPUnit
  { line: /\bPassed: +(\d+), Skipped: +\d+, Total: +\d+/ }, // dotnet
  { line: /^ok \| (\d+) passed/ }, // deno
  { line: /^\s*(\d+) pass\s*$/ }, // bun
];

/** Formats without a summary, in which each passed test has a line: go test -v, and plain TAP. */
const EACH: readonly Summary[] = [
  { line: /^\s*--- PASS: / },
  { line: /^ok \d+\b(?!.*# (?:skip|todo)\b)/i },
];
