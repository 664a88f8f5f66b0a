import { describe, expect, test } from '@jest/globals';
import { join } from 'node:path';
import {
  badNames,
  filesUnder,
  forbiddenImports,
  importsOf,
  longFiles,
  ownReads,
  unusedScripts,
} from './support/architecture.ts';

const files = filesUnder(join(import.meta.dirname, '..'), 'src', 'jobs');

/** Longer than the design wants, and why that is better than a split. */
const LONG = new Map([
  ['src/deploy/fold.ts', 250], // one fold, one place that says what an event means
  ['src/deploy/ports.ts', 250], // declarations only
]);

describe('the arrows point inward', () => {
  test('nothing imports what the table of the design forbids', () => {
    expect(forbiddenImports(files)).toEqual([]);
  });

  test('the scan sees the imports there are', () => {
    const run = files.find(({ path }) => path === 'src/deploy/run.ts');
    expect(importsOf(run ?? { path: '', text: '' }).map(({ to }) => to)).toEqual(
      expect.arrayContaining(['src/deploy/pipeline.ts', 'src/deploy/ports.ts']),
    );
    expect(files.length).toBeGreaterThan(100);
  });

  test.each([
    ['src/deploy/run.ts', "import { connect } from '../host/connect.ts';"],
    ['src/deploy/run.ts', "import type { Redis } from 'ioredis';"],
    ['src/deploy/stages/start.ts', "import { say } from '../../slack/views/answers.ts';"],
    ['src/redis/records.ts', "import { createHosts } from '../host/hosts.ts';"],
    ['src/redis/records.ts', "export { Worker } from 'bullmq';"],
    ['src/source/git.ts', "import { key } from '../redis/keys.ts';"],
    ['src/host/connect.ts', "import type { Announcer } from '../slack/announcer.ts';"],
    ['src/slack/decide.ts', "import { createWake } from '../../jobs/queue.ts';"],
    ['src/slack/decide.ts', "import {\n  readSettings,\n} from '../config/argo-yml.ts';"],
    ['src/slack/views/state.ts', "import { readFileSync } from 'node:fs';"],
    ['src/slack/views/state.ts', "import { WebClient } from '@slack/web-api';"],
    ['src/slack/views/state.ts', "import { paintMessage } from '../paint-message.ts';"],
    ['src/slack/views/state.ts', "const redis = await import('ioredis');"],
    ['src/config/environment.ts', "import '../redis/connect.ts';"],
    ['jobs/deploy.ts', "import { WebClient } from '@slack/web-api';"],
    ['jobs/main.ts', "import { createRecords } from '../src/redis/records.ts';"],
    ['src/deploy/run.ts', "export * from '../../jobs/queue.ts';"],
  ])('a planted import in %s is found: %s', (path, text) => {
    expect(forbiddenImports([{ path, text }])).toEqual([
      expect.stringMatching(`^${path} must not import`),
    ]);
  });

  test.each([
    ['src/slack/begin.ts', "import type { Wake } from '../../jobs/queue.ts';"],
    ['src/main.ts', "import { createHosts } from './host/hosts.ts';"],
    ['jobs/deploy.ts', "import { runPhase } from '../src/deploy/run.ts';"],
  ])('an import that the design wants is let through in %s: %s', (path, text) => {
    expect(forbiddenImports([{ path, text }])).toEqual([]);
  });

  test('a file in a place that nobody planned is found', () => {
    expect(forbiddenImports([{ path: 'src/helpers/misc.ts', text: '' }])).toHaveLength(1);
  });
});

/** Files that these open are the bot's own, and why. */
const OWN_FILES = [
  'src/deploy/safe-file.ts', // the one reader
  'src/host/tar.ts', // streams what the reader has opened
  'src/source/config/ordinary-words.ts', // a list of words beside the code
  'src/source/export-commit.ts', // the names of a commit's files, kept beside its checkout
  'src/source/python/clean-files.ts', // digests that the checks remember
  'src/source/sandbox/command-line.ts', // a script beside the code
  'src/source/sandbox/control-group.ts', // the kernel's files of control groups
  'src/source/sandbox/why-not.ts', // settings of the kernel
  'src/source/team-command.ts', // copies a checkout, links as links, for commands to write in
];

describe('files of a checkout', () => {
  test('are read by the safe reader, and by nothing else', () => {
    expect(ownReads(files).toSorted()).toEqual(OWN_FILES);
  });

  test.each([
    ['src/source/requirements.ts', "import { readFile } from 'node:fs/promises';"],
    ['src/source/python/x.ts', "import {\n  lstat,\n  openSync as look,\n} from 'node:fs';"],
    ['src/source/x.ts', "import fs from 'node:fs';"],
    ['src/deploy/x.ts', "import * as files from 'fs';"],
    ['src/source/x.ts', "const { readFile } = await import('node:fs/promises');"],
    ['src/cli/check-configs.ts', "import { existsSync, readFileSync } from 'node:fs';"],
  ])('a planted read in %s is found: %s', (path, text) => {
    expect(ownReads([{ path, text }])).toEqual([path]);
  });

  test('a look at a folder is no read', () => {
    const text =
      "import { lstat, readdir } from 'node:fs/promises';\nimport type { Dirent } from 'fs';";
    expect(ownReads([{ path: 'src/source/walk.ts', text }])).toEqual([]);
  });
});

describe('files', () => {
  test('stay short enough to read at once', () => {
    const tooLong = files.filter(({ path, text }) =>
      longFiles([{ path, text }], LONG.get(path) ?? 200).some(Boolean),
    );
    expect(longFiles(tooLong, 0)).toEqual([]);
  });

  test('a file that is too long is found', () => {
    const text = 'x\n'.repeat(201);
    expect(longFiles([{ path: 'src/deploy/run.ts', text }], 200)).toEqual([
      'src/deploy/run.ts has 201 lines',
    ]);
  });

  test('are named for the act or the noun', () => {
    expect(badNames(files)).toEqual([]);
  });

  test.each([
    'utils',
    'slack-helpers',
    'deploy-manager',
    'user-service',
    'camelCase',
    'snake_case',
  ])('%s is no name for a file', (name) => {
    expect(badNames([{ path: `src/deploy/${name}.ts`, text: '' }])).toHaveLength(1);
  });
});

describe('the scripts of the hosts', () => {
  test('are all run by some stage', () => {
    expect(unusedScripts(files)).toEqual([]);
  });

  test('a script that nobody runs is found', () => {
    const forgotten = { path: 'src/host/scripts/forgotten.sh', text: '' };
    expect(unusedScripts([...files, forgotten])).toEqual(['forgotten']);
  });
});
