import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { codeVersion, createFactStore } from '../../src/source/fact-store.ts';
import { temporaryFolder } from './repository.ts';

interface Fact {
  about: string;
}

async function stored(folder: string, facts: Record<string, string>) {
  const store = createFactStore<Fact>(folder);
  for (const [key, about] of Object.entries(facts)) store.set(key, { about });
  await setImmediate();
  return store;
}

describe('facts', () => {
  test('are there after a restart, the newest of each key', async () => {
    const folder = path.join(temporaryFolder(), 'new');
    await stored(folder, { a: 'one\ttwo\n', b: 'x' });
    await stored(folder, { b: 'y' });
    const store = createFactStore<Fact>(folder);
    expect(store.get('a')).toEqual({ about: 'one\ttwo\n' });
    expect(store.get('b')).toEqual({ about: 'y' });
    expect(store.get('c')).toBeUndefined();
  });

  test.each<[string, (file: string) => void]>([
    [
      'another content',
      (file) => writeFileSync(file, readFileSync(file, 'utf8').replace('x', 'z')),
    ],
    ['half of a line', (file) => writeFileSync(file, readFileSync(file, 'utf8').slice(0, 30))],
    ['noise', (file) => writeFileSync(file, Buffer.from([0xff, 0, 10, 9, 10, 0x80]))],
    ['nothing', (file) => rmSync(file)],
    [
      'a folder in its place',
      (file) => {
        rmSync(file);
        mkdirSync(file);
      },
    ],
  ])('are forgotten where the file has %s, and can be kept again', async (_, damage) => {
    const folder = temporaryFolder();
    await stored(folder, { key: 'x' });
    damage(path.join(folder, 'facts'));
    expect(createFactStore<Fact>(folder).get('key')).toBeUndefined();
    expect((await stored(folder, { key: 'w' })).get('key')).toEqual({ about: 'w' });
  });

  test('take no more room than a limit, and those that are used stay', async () => {
    const folder = temporaryFolder();
    const store = createFactStore<Fact>(folder);
    store.set('used', { about: 'x' });
    for (let at = 0; at < 30; at += 1) {
      store.set(`large-${at}`, { about: 'y'.repeat(1_000_000) });
      store.get('used');
      await setImmediate();
    }
    expect(statSync(path.join(folder, 'facts')).size).toBeLessThan(20_000_000);
    const later = createFactStore<Fact>(folder);
    expect(later.get('used')).toBeDefined();
    expect(later.get('large-29')).toBeDefined();
    expect(later.get('large-0')).toBeUndefined();
  });
});

test('a version changes with the code of a folder and with the other files', () => {
  const folder = temporaryFolder();
  const other = path.join(temporaryFolder(), 'package.json');
  const versions = new Set<string>();
  const write = (file: string, text: string) => {
    writeFileSync(file, text);
    versions.add(codeVersion(folder, other));
  };
  writeFileSync(other, '1');
  write(path.join(folder, 'a.ts'), 'one');
  write(path.join(folder, 'a.ts'), 'two');
  write(path.join(folder, 'b.txt'), 'no code');
  write(other, '2');
  expect(versions.size).toBe(3);
});
