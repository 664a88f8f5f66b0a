import { describe, expect, test } from '@jest/globals';
import { SourceSchema } from '../../src/deploy/settings/source.ts';

const git = 'https://git.invalid/engine.git';

describe('allowed refs', () => {
  test.each([['main'], ['release/*'], ['refs/tags/v*'], ['refs/heads/main'], ['*'], ['**']])(
    '%s is a pattern',
    (pattern) => {
      expect(SourceSchema.parse({ git, allowed_refs: [pattern] }).allowed_refs).toEqual([pattern]);
    },
  );

  test.each([['refs/pull/*'], ['refs/*'], ['-x'], ['a b'], ['a..b'], [''], ['v[0-9]'], ['main?']])(
    '%j is refused',
    (pattern) => {
      expect(SourceSchema.safeParse({ git, allowed_refs: [pattern] }).success).toBe(false);
    },
  );

  test('an empty list is one, and none is none', () => {
    expect(SourceSchema.parse({ git, allowed_refs: [] }).allowed_refs).toEqual([]);
    expect(SourceSchema.parse({ git }).allowed_refs).toBeUndefined();
  });
});

describe('signatures', () => {
  test.each([[{ git }], [{ path: '/srv/engine' }]])('need somebody who may sign: %j', (where) => {
    const refused = SourceSchema.safeParse({ ...where, require_signed: true });
    expect(JSON.stringify(refused.error?.issues)).toContain('require_signed needs allowed_signers');
    for (const file of ['allowed_signers', 'allowed_gpg_keys']) {
      const source = { ...where, require_signed: true, [file]: '/etc/argo-bot/signers' };
      expect(SourceSchema.safeParse(source).success).toBe(true);
    }
  });
});
