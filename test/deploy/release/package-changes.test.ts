import { expect, test } from '@jest/globals';
import { StageFailed } from '../../../src/deploy/record/errors.ts';
import {
  changesBetween,
  diffPackages,
  packageChanges,
} from '../../../src/deploy/release/changes.ts';
import type { CommitFiles } from '../../../src/deploy/ports/ports.ts';
import { createMemoryWorld } from '../../support/memory-ports.ts';
import { stageContext } from '../../support/stage-context.ts';
import { targetWith } from '../../support/target.ts';

const now = 'a'.repeat(40);
const live = 'b'.repeat(40);
const facts = { commit: { sha: now, author: 'Ada', subject: 'x', at: 0 } };
const target = targetWith({ service: { python: { requirements: 'requirements.txt' } } });

/** The source as it is, but for what the two commits require and what differs between them. */
function world(changed: string[] | undefined, before: Record<string, string> | StageFailed) {
  const made = createMemoryWorld();
  const { source } = made.ports;
  source.changed = async () => (changed === undefined ? undefined : new Set(changed));
  source.files = async (_settings, sha) => {
    if (sha === live && before instanceof StageFailed) throw before;
    return { ...made.files, requirements: async () => required(sha) };
  };
  const required = (sha: string): Awaited<ReturnType<CommitFiles['requirements']>> => ({
    requirements: {
      path: 'requirements.txt',
      folder: '.',
      digest: sha,
      files: ['requirements.txt', 'more.txt'],
      packages: sha === live && !(before instanceof StageFailed) ? before : { a: '2', b: '1' },
      projects: 'none',
    },
    problems: [],
  });
  return stageContext(made, { target, facts });
}

test('packages that are new, gone or in another version are told by name', () => {
  expect(diffPackages({ b: '1', a: '1', c: '1' }, { a: '2', c: '1', d: '>=3' })).toEqual({
    count: 3,
    some: [
      { package: 'a', before: '1', after: '2' },
      { package: 'b', before: '1' },
      { package: 'd', after: '>=3' },
    ],
  });
});

test('a package or key may be named like a property of every object', () => {
  expect(diffPackages({}, { constructor: '1' }).some).toEqual([
    { package: 'constructor', after: '1' },
  ]);
  expect(changesBetween({ valueOf: 'aa' }, {})).toEqual([{ key: 'valueOf', was: 'aa' }]);
});

test('they are compared with the commit that is live, if one of the files has changed', async () => {
  const changes = { count: 1, some: [{ package: 'a', before: '1', after: '2' }] };
  const before = { a: '1', b: '1' };
  expect(await packageChanges(world(['more.txt'], before), live)).toEqual({
    packageChanges: changes,
  });
  expect(await packageChanges(world(['main.py'], before), live)).toEqual({});
});

test('nothing is said where nothing is live, or where its commit is gone', async () => {
  const gone = new StageFailed('gone', { code: 'unknown-ref', next: 'x' });
  expect(await packageChanges(world(['more.txt'], gone), live)).toEqual({});
  expect(await packageChanges(world(['more.txt'], {}), undefined)).toEqual({});
  expect(await packageChanges(world(undefined, {}), live)).toEqual({});
});
