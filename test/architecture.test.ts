import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  badNames,
  badRooms,
  filesUnder,
  forbiddenImports,
  importCycles,
  importsOf,
  longFiles,
  ownReads,
  roomsIn,
  unusedScripts,
  withoutPurpose,
} from './support/architecture.ts';

const files = filesUnder(join(import.meta.dirname, '..'), 'src', 'jobs');

/** Longer than the design wants, and why that is better than a split. */
const LONG = new Map([
  ['src/deploy/record/fold.ts', 250], // one fold, one place that says what an event means
  ['src/deploy/ports/ports.ts', 250], // declarations only
]);

const rooms = roomsIn(readFileSync(join(import.meta.dirname, '..', 'ARCHITECTURE.md'), 'utf8'));

describe('rooms', () => {
  test('import only what ARCHITECTURE.md allows', () => {
    expect(forbiddenImports(files, rooms)).toEqual([]);
  });

  test('the scan sees the imports and the rooms there are', () => {
    const run = files.find(({ path }) => path === 'src/deploy/engine/run-phase.ts');
    expect(importsOf(run ?? { path: '', text: '' }).map(({ to }) => to)).toEqual(
      expect.arrayContaining(['src/deploy/engine/run-stage.ts', 'src/deploy/ports/ports.ts']),
    );
    expect(files.length).toBeGreaterThan(100);
    expect(rooms.length).toBeGreaterThan(60);
  });

  test.each([
    ['src/deploy/engine/run-phase.ts', "import { connect } from '../../host/ssh/connect.ts';"],
    ['src/deploy/engine/run-phase.ts', "import type { Redis } from 'ioredis';"],
    ['src/deploy/engine/run-phase.ts', "export * from '../../../jobs/queue.ts';"],
    ['src/deploy/record/fold.ts', "import { runPhase } from '../engine/run-phase.ts';"],
    ['src/deploy/stages/start.ts', "import { say } from '../../slack/views/answers/answers.ts';"],
    ['src/deploy/settings/names.ts', "import path from 'node:path';"],
    ['src/redis/records/records.ts', "import { createHosts } from '../../host/hosts.ts';"],
    ['src/redis/records/records.ts', "export { Worker } from 'bullmq';"],
    ['src/redis/connection/connect.ts', "import { key } from '../records/keys.ts';"],
    ['src/source/git/git.ts', "import { key } from '../../redis/records/keys.ts';"],
    ['src/host/ssh/connect.ts', "import type { Home } from '../../slack/contract/ports.ts';"],
    ['src/slack/requests/decide.ts', "import { createWake } from '../../../jobs/queue.ts';"],
    ['src/slack/requests/decide.ts', "import {\n  approve,\n} from '../actions/approve.ts';"],
    ['src/slack/views/parts/state.ts', "import { readFileSync } from 'node:fs';"],
    ['src/slack/views/parts/state.ts', "import { WebClient } from '@slack/web-api';"],
    ['src/slack/views/parts/state.ts', "import { KnownBlock } from '@slack/types';"],
    ['src/slack/views/thread/result.ts', "import { a } from '../../thread/paint-message.ts';"],
    ['src/slack/views/parts/state.ts', "const redis = await import('ioredis');"],
    ['src/argo-yml/environment.ts', "import '../slack/bolt/app.ts';"],
    ['jobs/deploy.ts', "import { WebClient } from '@slack/web-api';"],
    ['jobs/main.ts', "import { createRecords } from '../src/redis/records/records.ts';"],
  ])('a planted import in %s is found: %s', (path, text) => {
    expect(forbiddenImports([{ path, text }], rooms)).toEqual([
      expect.stringMatching(`^${path} must not import`),
    ]);
  });

  test.each([
    ['src/slack/contract/ports.ts', "import type { Wake } from '../../../jobs/queue.ts';"],
    ['src/main.ts', "import { createHosts } from './host/hosts.ts';"],
    ['jobs/deploy.ts', "import { runPhase } from '../src/deploy/engine/run-phase.ts';"],
    ['src/deploy/engine/run-phase.ts', "import { at } from '../record/deployment.ts';"],
  ])('an import that the design wants is let through in %s: %s', (path, text) => {
    expect(forbiddenImports([{ path, text }], rooms)).toEqual([]);
  });

  test('a file in a folder that is no room is found', () => {
    expect(forbiddenImports([{ path: 'src/helpers/misc.ts', text: '' }], rooms)).toHaveLength(1);
  });

  test('hold no more files than a person looks through', () => {
    expect(badRooms(files, rooms)).toEqual([]);
  });

  test('a room that is too full, empty, or has no purpose is found', () => {
    const room = {
      folder: 'src/a',
      part: 'src/a',
      isList: false,
      purpose: 'x',
      may: [],
      types: [],
    };
    const many = Array.from({ length: 16 }, (_, at) => ({ path: `src/a/f${at}.ts`, text: '' }));
    expect(badRooms(many, [room])).toEqual(['src/a has 16 files']);
    expect(badRooms(many.slice(1), [room])).toEqual([]);
    expect(badRooms(many, [{ ...room, isList: true }])).toEqual([]);
    expect(badRooms([], [room])).toEqual(['src/a is empty']);
    expect(badRooms(many, [{ ...room, purpose: '' }])).toEqual(['src/a has no purpose']);
  });

  test('no file imports itself through others', () => {
    expect(importCycles(files)).toEqual([]);
  });

  test('a circle is found, of types as well', () => {
    const planted = [
      { path: 'src/a.ts', text: "import { b } from './b.ts';" },
      { path: 'src/b.ts', text: "import type { C } from './c.ts';" },
      { path: 'src/c.ts', text: "export * from './b.ts';" },
    ];
    expect(importCycles(planted)).toEqual(['src/b.ts → src/c.ts → src/b.ts']);
    expect(importCycles(planted.slice(0, 2))).toEqual([]);
  });
});

/** Files that these open are the bot's own, and why. */
const OWN_FILES = [
  'src/source/checks/team-command.ts', // copies a checkout, links as links, for commands to write in
  'src/source/service-config/ordinary-words.ts', // a list of words beside the code
  'src/deploy/untrusted/safe-file.ts', // the one reader
  'src/source/fact-store.ts', // what was found out about files, and the code that did
  'src/source/tree/folder-tree.ts', // streams what the reader has opened
  'src/source/sandbox/command-line.ts', // a script beside the code
  'src/source/sandbox/control-group.ts', // the kernel's files of control groups
  'src/source/sandbox/no-sandbox.ts', // settings of the kernel
];

describe('files of a checkout', () => {
  test('are read by the safe reader, and by nothing else', () => {
    expect(ownReads(files).toSorted()).toEqual(OWN_FILES.toSorted());
  });

  test.each([
    ['src/source/requirements/requirements.ts', "import { readFile } from 'node:fs/promises';"],
    ['src/source/python/x.ts', "import {\n  lstat,\n  openSync as look,\n} from 'node:fs';"],
    ['src/source/x.ts', "import fs from 'node:fs';"],
    ['src/deploy/x.ts', "import * as files from 'fs';"],
    ['src/source/x.ts', "const { readFile } = await import('node:fs/promises');"],
    ['src/cli/check/check-configs.ts', "import { existsSync, readFileSync } from 'node:fs';"],
  ])('a planted read in %s is found: %s', (path, text) => {
    expect(ownReads([{ path, text }])).toEqual([path]);
  });

  test('a look at a folder is no read', () => {
    const text =
      "import { lstat, readdir } from 'node:fs/promises';\nimport type { Dirent } from 'fs';";
    expect(ownReads([{ path: 'src/source/files/walk.ts', text }])).toEqual([]);
  });
});

describe('files', () => {
  test('say in their first line what they decide or do', () => {
    expect(withoutPurpose(files)).toEqual([]);
  });

  test.each([
    "import x from 'y';\n",
    '// todo\n',
    '/** Decides which commit a ref means. */\n',
    '',
  ])('a file that begins with %j is found', (text) => {
    expect(withoutPurpose([{ path: 'src/a.ts', text }])).toEqual(['src/a.ts']);
  });

  test('a file that says it is let through', () => {
    const text = '// Decides which commit a ref means.\nexport {};\n';
    expect(withoutPurpose([{ path: 'src/a.ts', text }])).toEqual([]);
  });

  test('stay short enough to read at once', () => {
    const tooLong = files.filter(({ path, text }) =>
      longFiles([{ path, text }], LONG.get(path) ?? 200).some(Boolean),
    );
    expect(longFiles(tooLong, 0)).toEqual([]);
  });

  test('a file that is too long is found', () => {
    const text = 'x\n'.repeat(201);
    expect(longFiles([{ path: 'src/deploy/engine/run-phase.ts', text }], 200)).toEqual([
      'src/deploy/engine/run-phase.ts has 201 lines',
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
