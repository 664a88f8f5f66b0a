import { expect, test } from '@jest/globals';
import { passedTests } from '../../../src/source/checks/passed-tests.ts';

test.each([
  ['unittest', '..s\n----\nRan 214 tests in 0.004s\n\nOK\n', 214],
  ['unittest, some skipped', 'Ran 214 tests in 1.0s\n\nOK (skipped=2, expected failures=1)\n', 211],
  ['unittest, twice', 'Ran 3 tests in 0s\n\nOK\nRan 4 tests in 0s\n\nOK\n', 7],
  ['unittest, none', 'Ran 0 tests in 0.000s\n\nNO TESTS RAN\n', 0],
  ['pytest', '===== 214 passed, 2 skipped, 1 warning in 3.12s =====\n', 214],
  ['pytest -q', '214 passed in 0.12s\n', 214],
  ['pytest, long', '=== 3 passed in 75.03s (0:01:15) ===\n', 3],
  ['pytest, coloured', '\u001B[32m=== \u001B[1m9 passed\u001B[0m in 0.01s ===\u001B[0m\n', 9],
  ['pytest, none', '=== no tests ran in 0.01s ===\n', 0],
  ['jest', 'Test Suites: 4 passed, 4 total\nTests:       1 skipped, 213 passed, 214 total\n', 213],
  ['vitest', ' Test Files  2 passed (2)\n      Tests  12 passed (12)\n', 12],
  ['go test -v', '=== RUN   TestA\n--- PASS: TestA (0.00s)\n--- SKIP: TestB (0.00s)\nPASS\n', 1],
  ['go test', 'ok  \texample.com/a\t0.003s\n', undefined],
  ['TAP', 'TAP version 13\n1..3\nok 1 - a\nok 2 - b # SKIP\nok 3 - c\n', 2],
  ['node --test', 'ok 1 - a\n1..1\n# tests 9\n# pass 8\n# skipped 1\n', 8],
  ['node --test, spec', 'ℹ tests 9\nℹ pass 9\n', 9],
  ['cargo', 'test result: ok. 5 passed; 0 failed;\n\ntest result: ok. 2 passed; 0 failed;\n', 7],
  ['mocha', '  12 passing (8ms)\n  1 pending\n', 12],
  ['rspec', '12 examples, 0 failures, 2 pending\n', 10],
  ['minitest', '12 runs, 30 assertions, 0 failures, 0 errors, 1 skips\n', 11],
  ['phpunit', 'OK (12 tests, 24 assertions)\n', 12],
  ['dotnet', 'Passed!  - Failed:     0, Passed:    12, Skipped:     0, Total:    12\n', 12],
  [
    'maven',
    'Tests run: 4, Failures: 0, Errors: 0, Skipped: 1, Time elapsed: 1 s\nTests run: 4, Failures: 0, Errors: 0, Skipped: 1\n',
    3,
  ],
  ['a linter', 'All checks passed!\n', undefined],
  ['a word of its own', 'it ran 12 tests in a row, and 3 passed by\n', undefined],
  ['silence', '', undefined],
])('%s', (_name, output, passed) => {
  expect(passedTests({ output, whole: true })).toBe(passed);
});

test('lines are not counted where some of them are gone', () => {
  expect(passedTests({ output: 'ok 1 - a\nok 2 - b\n', whole: false })).toBeUndefined();
  expect(passedTests({ output: 'ok 1 - a\n# pass 9\n', whole: false })).toBe(9);
});
