import { expect, test } from '@jest/globals';
import { SourceSchema } from '../../../src/deploy/settings/source.ts';
import { webAddress } from '../../../src/deploy/settings/web-address.ts';

const address = (source: object, from?: string): string | undefined =>
  webAddress(SourceSchema.parse(source), from, 'bbbbbbb');

test.each([
  ['https://github.com/org/engine.git', 'https://github.com/org/engine/compare/aaaaaaa...bbbbbbb'],
  ['git@github.com:org/engine.git', 'https://github.com/org/engine/compare/aaaaaaa...bbbbbbb'],
  [
    'https://user:token@gitlab.example.com/a/b/engine.git',
    'https://gitlab.example.com/a/b/engine/-/compare/aaaaaaa...bbbbbbb',
  ],
  [
    'ssh://git@codeberg.org:2222/org/engine',
    'https://codeberg.org/org/engine/compare/aaaaaaa...bbbbbbb',
  ],
  [
    'git@bitbucket.org:org/engine.git',
    'https://bitbucket.org/org/engine/branches/compare/bbbbbbb..aaaaaaa',
  ],
])('the changes in %s are at %s', (git, web) => {
  expect(address({ git }, 'aaaaaaa')).toBe(web);
});

test('a first deployment links its commit', () => {
  expect(address({ git: 'git@gitlab.com:org/engine.git' })).toBe(
    'https://gitlab.com/org/engine/-/commit/bbbbbbb',
  );
});

test('an unknown host has a link only with source.web, and a local path has none', () => {
  const git = 'https://git.example.com/org/engine.git';
  expect(address({ git }, 'aaaaaaa')).toBeUndefined();
  expect(address({ path: '/srv/engine' }, 'aaaaaaa')).toBeUndefined();
  const web = 'https://git.example.com/org/engine/';
  expect(address({ git, web }, 'aaaaaaa')).toBe(
    'https://git.example.com/org/engine/compare/aaaaaaa...bbbbbbb',
  );
});
