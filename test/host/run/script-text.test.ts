import { describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import {
  commandOf,
  inputCutCode,
  scriptNamed,
  scriptInput,
  inputAsCommandsCode,
} from '../../../src/host/run/script-text.ts';

const shell = (input: Buffer | string) =>
  spawnSync('/bin/sh', ['-c', commandOf('root')], { input, encoding: 'utf8' });

describe('the command of a script', () => {
  const { text: _, ...claim } = scriptNamed('claim');
  const script = { ...claim, text: 'echo "[$0]"; cat; echo end >&2' };

  test('is one constant for root and goes through sudo for anyone else', () => {
    const command = commandOf('root');
    expect(command).toMatch(/^exec \/bin\/sh -c '[^'\\!\n]*' argo-bot$/);
    expect(commandOf('deploy')).toContain(` sudo -n -u root ${command.slice(5)}`);
  });

  test('runs what is sent, behind the mark on both streams, and hands on the rest of the input', () => {
    const input = Buffer.concat([scriptInput(script, 'abc123'), Buffer.from('given\n')]);
    const { status, stdout, stderr } = shell(input);
    expect([status, stdout, stderr]).toEqual([0, 'abc123\n[claim]\ngiven\n', 'abc123\nend\n']);
  });

  test('runs nothing of a script that did not arrive whole', () => {
    const sent = scriptInput(script, 'abc123');
    for (const bytes of [0, 30, sent.length - 1]) {
      const { status, stdout, stderr } = shell(sent.subarray(0, bytes));
      expect([status, stdout, stderr]).toEqual([inputCutCode, '', '']);
    }
  });

  test('a shell that takes it for commands ends at once', () => {
    const { status, stdout } = spawnSync('/bin/sh', [], { input: scriptInput(script, 'abc123') });
    expect([status, stdout.length]).toEqual([inputAsCommandsCode, 0]);
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

  test('a part comes once, behind the parts that it asks for itself', () => {
    const { text } = scriptNamed('restart');
    const defined = (name: string): number => text.indexOf(`\n${name}() {`);
    expect(defined('refusals')).toBeGreaterThan(0);
    expect(defined('hardened')).toBeGreaterThan(defined('refusals'));
    expect(defined('vet_unit')).toBeGreaterThan(defined('hardened'));
    expect(text.split('\nrefusals() {')).toHaveLength(2);
  });

  test('no part is left that nothing asks for', () => {
    const folder = new URL('../../../src/host/scripts/', import.meta.url);
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    const heads = files
      .filter((name) => name.endsWith('.sh'))
      .flatMap((name) => readFileSync(new URL(name, folder), 'utf8').split('\n').slice(0, 8));
    const parts = files.filter((name) => name.startsWith('parts/'));
    expect(parts.length).toBeGreaterThan(0);
    for (const part of parts) {
      expect(heads).toContain(`# with ${part.slice('parts/'.length, -'.sh'.length)}`);
    }
  });

  test('an unknown name is a mistake of the program', () => {
    expect(() => scriptNamed('../../etc/passwd')).toThrow('no script');
    expect(() => scriptNamed('prelude')).toThrow('no script');
  });
});
