import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import {
  diffManifests,
  formatManifest,
  parseManifest,
} from '../../../src/deploy/release/manifest.ts';
import { temporaryFolder, writeFiles } from '../../source/repository.ts';

const A = 'a'.repeat(64);
const B = 'b'.repeat(64);

test('what a deployment changes', () => {
  const live = [
    { path: 'same.py', sha256: A },
    { path: 'changed.py', sha256: A },
    { path: 'gone.py', sha256: A },
  ];
  const next = [
    { path: 'new.py', sha256: A },
    { path: 'changed.py', sha256: B },
    { path: 'same.py', sha256: A },
  ];
  expect(diffManifests(live, next)).toEqual({
    added: ['new.py'],
    changed: ['changed.py'],
    deleted: ['gone.py'],
  });
});

describe('the format is that of sha256sum', () => {
  const names = ['a.py', 'with space', 'back\\slash', 'two\nlines', '  lead', '*star', 'ä.py'];

  test('byte for byte', () => {
    const folder = temporaryFolder();
    writeFiles(folder, Object.fromEntries(names.map((name) => [name, name])));
    const printed = execFileSync('sha256sum', ['--', ...names], { cwd: folder, encoding: 'utf8' });
    const files = parseManifest(printed);
    expect(files.map((file) => file.path)).toEqual(names);
    expect(formatManifest(files)).toBe(printed);
    writeFiles(folder, { MANIFEST: printed });
    execFileSync('sha256sum', ['--check', '--strict', '--quiet', path.join(folder, 'MANIFEST')], {
      cwd: folder,
    });
  });

  test('there and back', () => {
    const file = fc.record({
      path: fc.string({ unit: 'grapheme', minLength: 1 }).filter((name) => !name.includes('\0')),
      sha256: fc.stringMatching(/^[0-9a-f]{64}$/),
    });
    fc.assert(
      fc.property(fc.array(file), (files) => {
        expect(parseManifest(formatManifest(files))).toEqual(files);
      }),
    );
  });

  test.each(['nonsense\n', `${A}  a.py\n\n${A}  b.py\n`, `${A.slice(1)}  a.py\n`, `${A}  \n`])(
    '%j is refused',
    (text) => {
      expect(() => parseManifest(text)).toThrow(/line \d of the manifest/);
    },
  );
});
