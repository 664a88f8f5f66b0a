import { expect, test } from '@jest/globals';
import { describeExit, exitSuffix } from '../../../src/deploy/failure/exit-status.ts';

const answer = (ended: string | undefined, property = '0') => ({
  maybe: () => ended,
  value: () => property,
});

test.each([
  ['exited 3 ExecStart exit-code', 'exit status 3'],
  ['exited 0 ExecStart ', 'exit status 0'],
  ['exited 203 ExecStart exit-code', 'exit status 203/EXEC: the command cannot be executed'],
  ['exited 1 ExecStartPre exit-code', 'ExecStartPre: exit status 1'],
  ['killed 9 ExecStart oom-kill', 'killed by SIGKILL, out of memory'],
  ['dumped 11 ExecStart core-dump', 'killed by SIGSEGV and dumped core'],
  ['killed 6 ExecStart watchdog', 'killed by SIGABRT, by its watchdog'],
])('%s is told as %s', (ended, words) => {
  expect(describeExit(answer(ended))).toBe(words);
});

test('without a record of the crash a zero is not taken for its exit status', () => {
  expect(describeExit(answer(undefined, '0'))).toBeUndefined();
  expect(exitSuffix(answer(undefined, '0'))).toBe('');
  expect(exitSuffix(answer('', '4'))).toBe(' (exit status 4)');
  expect(describeExit(answer('', '4'))).toBe('exit status 4');
});
