import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { DeployRequest, Phase } from '../../src/deploy/record/events.ts';
import { stagesOf } from '../../src/deploy/record/plan.ts';
import { createProgram } from '../../src/cli/program.ts';
import { commandNames, usageOf } from '../../src/slack/grammar/commands.ts';
import { environmentNames, packageJson, read } from './support/files.ts';

const documents = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md'];
const readme = read('README.md');
const code = ['src', 'jobs']
  .flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => read(join(folder, name))),
  )
  .join('\n');

describe('the README', () => {
  test.each(commandNames.map(usageOf))('shows the form %s', (usage) => {
    expect(readme.replaceAll(String.raw`\|`, '|')).toContain(`\`${usage}\``);
  });

  test.each(createProgram().commands.map((command) => command.name()))(
    'lists the command %s of the process',
    (name) => {
      expect(readme).toMatch(new RegExp(`^\\| \`argo-bot ${name}[\` ]`, 'm'));
    },
  );

  test('shows pictures that exist', () => {
    const shown = [...readme.matchAll(/(?:\]\(|src="|srcset=")(docs\/[\w./-]+\.(?:png|webp))/g)];
    const paths = shown.map(([, path]) => path ?? '');
    expect(paths).toContain('docs/demo.webp');
    expect(paths.filter((path) => !existsSync(path))).toEqual([]);
  });

  test('lists every variable of the process', () => {
    const absent = environmentNames().filter((name) => !readme.includes(`| \`${name}\` `));
    expect(absent).toEqual([]);
  });

  test.each([
    { strategy: 'proxy', from: '## How a deployment goes', to: 'Up to the approval' },
    { strategy: 'restart', from: '## Without a proxy', to: 'Everything that can be refused' },
  ] as const)('has the checklist of $strategy as the pipeline has it', ({ strategy, from, to }) => {
    const request: DeployRequest = {
      kind: 'deploy',
      service: 's',
      environment: 'e',
      slot: 'idle',
      dryRun: false,
      strategy,
      origin: { user: 'U1', channel: 'C1', team: 'T1' },
    };
    const phases: Phase[] = ['prepare', 'release', 'watch', 'rollback', 'cleanup'];
    const titles = phases.flatMap((phase) => stagesOf(request, phase).map(({ title }) => title));
    const part = readme.slice(readme.indexOf(from), readme.indexOf(to));
    const shown = part
      .slice(part.indexOf('| Phase '))
      .trim()
      .split('\n')
      .slice(2)
      .map((row) => row.split('|')[2]?.trim())
      .filter((title) => !title?.startsWith('the card'));
    expect(shown).toEqual(titles);
  });

  test('explains only codes that exist', () => {
    const table = readme.slice(readme.indexOf('## When something is wrong'));
    const codes = [...table.matchAll(/\| `([a-z-]+)` +\|/g)].map(([, name]) => name ?? '');
    expect(codes.length).toBeGreaterThan(20);
    expect(codes.filter((name) => !code.includes(`'${name}'`))).toEqual([]);
  });
});

/** The command and the stage that ARCHITECTURE.md adds as an example. */
const invented = /\/(?:logs|migrate)\.(?:ts|sh)$/;

describe.each(documents)('%s', (document) => {
  const text = read(document);

  test('links to files that exist', () => {
    const links = [...text.matchAll(/(?<!!)\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
      .map(([, link]) => link ?? '')
      .filter((link) => !/^https?:/.test(link));
    expect(links.filter((link) => !existsSync(link))).toEqual([]);
  });

  test('names files that exist', () => {
    const named = [...text.matchAll(/`((?:src|jobs|sandbox|test)\/[\w./-]*\w\.(?:ts|sh|tsx))`/g)];
    const paths = named.map(([, path]) => path ?? '').filter((path) => !invented.test(path));
    expect(paths.filter((path) => !existsSync(path))).toEqual([]);
  });

  test('runs scripts that exist', () => {
    const scripts = [...text.matchAll(/npm run ([\w:-]+)/g)].map(([, name]) => name ?? '');
    expect(scripts.filter((name) => !(name in packageJson.scripts))).toEqual([]);
  });
});
