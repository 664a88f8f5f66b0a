import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { expect, test } from '@jest/globals';

const file = path.join(import.meta.dirname, '../../../src/deploy/untrusted/own-user.ts');
const asRoot = process.getuid?.() === 0 ? test : test.skip;

asRoot('a user without a name is a number, which chown and install take', () => {
  const script = `import(${JSON.stringify(file)}).then(({ ownUser }) => console.log(ownUser()))`;
  const user = ['--reuid', '61183', '--regid', '61183', '--clear-groups'];
  const said = execFileSync('setpriv', [...user, process.execPath, '-e', script]);
  expect(String(said)).toBe('61183\n');
});
