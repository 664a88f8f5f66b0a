import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { z } from 'zod';

const Lock = z.object({
  packages: z.record(
    z.string(),
    z.object({
      link: z.boolean().optional(),
      resolved: z.string().optional(),
      integrity: z.string().optional(),
      hasInstallScript: z.boolean().optional(),
      dev: z.boolean().optional(),
      optional: z.boolean().optional(),
    }),
  ),
});

const { packages } = Lock.parse(JSON.parse(readFileSync('package-lock.json', 'utf8')));
const entries = Object.entries(packages).filter(([path, { link }]) => path !== '' && !link);

test('every package of the lock file is known by its content', () => {
  expect(entries.length).toBeGreaterThan(200);
  const without = entries.filter(([, { integrity }]) => !integrity?.startsWith('sha512-'));
  expect(without.map(([path]) => path)).toEqual([]);
});

test('no package comes from elsewhere than the registry that npm is set to', () => {
  const elsewhere = entries.filter(
    ([, { resolved }]) => resolved && !resolved.startsWith('https://registry.npmjs.org/'),
  );
  expect(elsewhere.map(([path]) => path)).toEqual([]);
});

// ssh2 compiles what Node does as well, only faster; the bot runs without it.
test('production needs no install script', () => {
  const scripts = entries.filter(([, one]) => one.hasInstallScript && !one.dev && !one.optional);
  expect(scripts.map(([path]) => path)).toEqual(['node_modules/ssh2']);
});
