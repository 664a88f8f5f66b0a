import { describe, expect, test } from '@jest/globals';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { createProgram } from '../../src/cli/program.ts';
import { argoBot } from '../cli/command.ts';
import { Repository, temporaryFolder, writeFiles } from '../source/repository.ts';

function argoYml(source: Record<string, string>): string {
  const document = parseDocument(readFileSync('argo.yml', 'utf8'));
  const service = ['services', 'argo-trading'];
  document.setIn([...service, 'source'], source);
  document.setIn([...service, 'files'], { required: [] });
  return document.toString();
}

const elsewhere = { git: 'https://git.example.com/team/argo.git' };

const look = (folder: string, ...options: string[]) => argoBot(folder, 'check', ...options);

describe('a check with nothing to check does not say that nothing was found', () => {
  test('an empty folder', () => {
    const { code, out } = look(temporaryFolder());
    expect(out.at(-1)).toMatch(/^Nothing was checked: .* has no files\.$/);
    expect(code).toBe(2);
  });

  test('a repository with nothing committed, and an empty index', () => {
    const { folder } = new Repository();
    writeFiles(folder, { 'a.py': 'x = 1\n' });
    expect(look(folder)).toMatchObject({ code: 2 });
    expect(look(folder).out.at(-1)).toMatch(/^Nothing was checked: .*no file in .* is committed/);
    expect(look(folder, '--staged').out.at(-1)).toMatch(/^Nothing was checked: .*in the index/);
  });

  test('every file left out by a rule', () => {
    const folder = temporaryFolder();
    writeFiles(folder, { '.deployignore': '*\n', 'a.py': 'import (\n' });
    expect(look(folder).out.at(-1)).toMatch(/^Nothing was checked: .*every file .* is left out/);
    expect(look(folder).code).toBe(2);
  });

  test('an argo.yml of services whose files are elsewhere', () => {
    const repository = new Repository();
    repository.git('remote', 'add', 'origin', 'https://git.example.com/team/other.git');
    repository.commit('Begin', { 'argo.yml': argoYml(elsewhere), 'bad.py': 'import (\n' });
    const { code, out } = look(repository.folder);
    expect(out[0]).toMatch(
      /^argo\.yml has no mistake, but no files were checked: argo-trading: its repository .*--service/,
    );
    expect(code).toBe(2);
    expect(look(repository.folder, '--service', 'argo-trading').code).toBe(1);
  });

  test('one file is something: it is looked at, and nothing is found', () => {
    const folder = temporaryFolder();
    writeFiles(folder, { 'a.py': 'x = 1\n' });
    const { code, out } = look(folder);
    expect(out.at(-1)).toBe('Nothing found.');
    expect(code).toBe(0);
  });

  test('a folder of a service that is not there is a finding', () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'other'));
    writeFiles(folder, { 'argo.yml': argoYml({ ...elsewhere, directory: 'argo' }) });
    expect(look(folder, '--service', 'argo-trading').code).toBe(1);
  });
});

describe('every command explains itself', () => {
  const folder = temporaryFolder();

  const all = createProgram().commands.flatMap((command) =>
    [command, ...command.commands].map((one) => ({
      words: one === command ? [one.name()] : [command.name(), one.name()],
      options: one.options.map(({ long }) => long ?? ''),
    })),
  );

  test.each(all)('$words', ({ words, options }) => {
    const asked = [argoBot(folder, ...words, '--help'), argoBot(folder, ...words, '-h')];
    if (words.length === 1) asked.push(argoBot(folder, 'help', ...words));
    for (const { code, out, err } of asked) {
      expect(code).toBe(0);
      expect(err).toBe('');
      expect(out[0]).toMatch(new RegExp(`^Usage: argo-bot ${words.join(' ')}\\b`));
      for (const option of options) expect(out.join('\n')).toContain(`  ${option}`);
    }
  });

  test.each([
    [['chek'], "unknown command 'chek'\n(Did you mean check?)"],
    [['help', 'doktor'], "unknown command 'doktor'\n(Did you mean doctor?)"],
    [['chek', '--help'], "unknown command 'chek'\n(Did you mean check?)"],
    [['audit', 'exprt'], "unknown command 'exprt'\n(Did you mean export?)"],
    [['check', '--stagd'], "unknown option '--stagd'\n(Did you mean --staged?)"],
    [['check', '--force'], "unknown option '--force'\n"],
    [['doctor', '--jsn'], "unknown option '--jsn'\n(Did you mean --json?)"],
    [['check', '--service'], "option '--service <name>' argument missing\n"],
    [
      ['check', '--env', '--list'],
      "option '--env <name>' argument '--list' is invalid. Give a value",
    ],
    [['check', '--list=yes'], "unknown option '--list=yes'\n"],
    [['check', 'all'], "too many arguments for 'check'. Expected 0 arguments but got 1: all."],
    [['start', '--port', '1'], "unknown option '--port'\n"],
    [['host'], 'Usage: argo-bot host'],
  ])('%j is refused with what was meant, and with the help', (words, says) => {
    const { code, err, out } = argoBot(folder, ...words);
    expect(err.replace(/^error: /, '').slice(0, says.length)).toBe(says);
    expect(err).toContain('Usage: argo-bot');
    expect({ code, out }).toEqual({ code: 2, out: [''] });
  });

  test('without a command lists them all', () => {
    for (const words of [[], ['help'], ['--help']]) {
      const { code, out, err } = argoBot(folder, ...words);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      for (const {
        words: [name],
      } of all)
        expect(out.join('\n')).toContain(`\n  ${name} `);
    }
  });
});
