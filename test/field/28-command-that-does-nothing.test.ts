import { describe, expect, test } from '@jest/globals';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { commands } from '../../src/cli/commands.ts';
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
    expect(out.at(-1)).toMatch(/^Nothing was checked: argo-trading: its repository .*--service/);
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

  test.each(commands.map((command) => [command.name, Object.keys(command.options ?? {})] as const))(
    '%s',
    (name, options) => {
      const asked = [
        argoBot(folder, name, '--help'),
        argoBot(folder, name, '-h'),
        argoBot(folder, 'help', name),
      ];
      for (const { code, out, err } of asked) {
        expect(code).toBe(0);
        expect(err).toBe('');
        expect(out[0]).toMatch(new RegExp(`^argo-bot ${name}\\b`));
        for (const option of options) expect(out.join('\n')).toContain(`  --${option}`);
      }
    },
  );

  test.each([
    [['chek'], 'There is no command "chek". Did you mean check?'],
    [['help', 'doktor'], 'There is no command "doktor". Did you mean doctor?'],
    [['check', '--stagd'], 'argo-bot check has no option --stagd. Did you mean --staged?'],
    [['check', '--force'], 'argo-bot check has no option --force.'],
    [['doctor', '--jsn'], 'argo-bot doctor has no option --jsn. Did you mean --json?'],
    [['check', '--service'], 'argo-bot check needs a value after --service.'],
    [['check', '--list=yes'], 'argo-bot check takes no value for --list.'],
    [['check', 'all'], 'argo-bot check takes no word "all".'],
    [['start', '--port', '1'], 'argo-bot start has no option --port.'],
  ])('%j is refused with what was meant', (words, says) => {
    const { code, err } = argoBot(folder, ...words);
    expect(err.split('\n')[0]).toBe(says);
    expect(code).toBe(2);
  });
});
