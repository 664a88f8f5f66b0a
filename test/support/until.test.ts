import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

// Jest's limit fails the test, and the wait goes on: a process that it kept alive would have to be killed.
test('a wait for what never comes does not keep its process from ending', () => {
  const file = join(import.meta.dirname, 'until.ts');
  const wait = `import(${JSON.stringify(file)}).then(({ until }) => until(() => false))`;
  const ended = execFileSync(process.execPath, ['-e', wait], { timeout: 25_000 });
  expect(ended.toString()).toBe('');
});
