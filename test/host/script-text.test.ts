import { describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { assert, pre, property, string } from 'fast-check';
import { commandOf, quote, scriptNamed } from '../../src/host/script-text.ts';

describe('quoting', () => {
  test('whatever is quoted arrives in the shell as it was', () => {
    assert(
      property(string({ unit: 'binary' }), (text) => {
        pre(!text.includes('\0') && text.isWellFormed());
        const out = execFileSync('/bin/sh', ['-c', `printf %s ${quote(text)}`], {
          encoding: 'utf8',
        });
        expect(out).toBe(text);
      }),
      { numRuns: 50 },
    );
  });
});

describe('the command of a script', () => {
  test('is one constant for root and goes through sudo for anyone else', () => {
    const script = scriptNamed('claim');
    const command = commandOf(script, 'root');
    expect(command).toMatch(/^\/bin\/sh -c '[^]*' claim$/);
    expect(commandOf(script, 'deploy')).toBe(`LC_ALL=C sudo -n ${command}`);
  });

  test('has the fence only when the script asks for it', () => {
    const fencedOnes = scriptNamed('claim');
    expect(fencedOnes.fenced).toBe(true);
    expect(fencedOnes.text).toContain('flock');
    const looking = scriptNamed('inspect');
    expect(looking.fenced).toBe(false);
    expect(looking.text).not.toContain('flock -w');
  });

  test('has a part only when the script asks for it', () => {
    expect(scriptNamed('install-unit').text).toContain('\nvet_unit() {');
    expect(scriptNamed('claim').text).not.toContain('vet_unit');
  });

  test('no part is left that no script asks for', () => {
    const folder = new URL('../../src/host/scripts/', import.meta.url);
    const heads = readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => readFileSync(new URL(name, folder), 'utf8').split('\n').slice(0, 4));
    const parts = readdirSync(new URL('parts/', folder));
    expect(parts.length).toBeGreaterThan(0);
    for (const part of parts) {
      expect(heads.flat()).toContain(`# with ${part.replace('.sh', '')}`);
    }
  });

  test('an unknown name is a mistake of the program', () => {
    expect(() => scriptNamed('../../etc/passwd')).toThrow('no script');
    expect(() => scriptNamed('prelude')).toThrow('no script');
  });
});
