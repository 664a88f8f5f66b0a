import { requireFact } from '../../../src/deploy/record/facts.ts';
import { describe, expect, test } from '@jest/globals';
import { atPath, parseJson } from '../../../src/deploy/untrusted/parse-json.ts';
import { releasedAt, releaseName, slotUrl, unitName } from '../../../src/deploy/settings/layout.ts';
import { releaseContents } from '../../../src/deploy/release/release-contents.ts';
import { createMemoryWorld, COMMIT } from '../../support/memory-ports.ts';
import { stageContext } from '../../support/stage-context.ts';
import { targetWith } from '../../support/target.ts';

const RELEASE = '20261123-160249-1a2b3c4';

describe('a slot', () => {
  test('has a name and an address of its own for each slot', () => {
    const target = targetWith();
    expect([unitName(target, 'blue'), unitName(target, 'green')]).toEqual([
      'engine-blue.service',
      'engine-green.service',
    ]);
    expect(slotUrl(target, 'green', '/health').href).toBe('http://127.0.0.1:8002/health');
  });
});

describe('names', () => {
  test('of releases sort by time and tell the commit', () => {
    expect(releaseName(Date.UTC(2026, 10, 23, 16, 2, 49, 7), COMMIT.sha)).toBe(RELEASE);
  });

  test('of releases tell their time, where they have one', () => {
    expect(releasedAt('20261123-160249-1a2b3c4')).toBe(Date.UTC(2026, 10, 23, 16, 2, 49));
    expect(releasedAt('adopted-blue')).toBeUndefined();
    expect(releasedAt('20269923-160249-1a2b3c4')).toBeUndefined();
  });

  test('a journal that does not say what it must is told so', () => {
    expect(() => requireFact({}, 'release')).toThrow(
      expect.objectContaining({ code: 'damaged-journal' }),
    );
    expect(requireFact({ fileCount: 0 }, 'fileCount')).toBe(0);
  });
});

describe('a path into JSON', () => {
  const value = { a: { b: [{ c: 0 }], n: null }, constructor: 1 };
  test.each<[unknown, string, unknown]>([
    [value, 'a.b.0.c', 0],
    [value, 'a.n', null],
    [value, 'a.n.x', undefined],
    [value, 'a.x', undefined],
    [value, 'constructor', 1],
    [value, 'a.constructor', undefined],
    [value, '__proto__', undefined],
    ['text', 'length', undefined],
    [undefined, 'a', undefined],
  ])('of %j: %s', (given, path, found) => {
    expect(atPath(given, path)).toEqual(found);
  });

  test('text that is no JSON is nothing', () => {
    expect(parseJson('<html>')).toBeUndefined();
    expect(parseJson('{"a":1}')).toEqual({ a: 1 });
  });
});

describe('the manifest', () => {
  test('names the config of the environment in the place of the one in the commit', async () => {
    const world = createMemoryWorld({ config: { content: Buffer.from('{"live":true}') } });
    world.files.discover = async () => ({
      files: ['config.json', 'main.py'].map((path) => ({
        path,
        sha256: 'a'.repeat(64),
        bytes: 1,
        mode: 0o644,
      })),
      left: [],
      problems: [],
    });
    const packed: Parameters<typeof world.ports.pack>[] = [];
    const { pack } = world.ports;
    world.ports.pack = (...given) => {
      packed.push(given);
      return pack(...given);
    };
    const context = stageContext(world, {
      target: targetWith({ service: { config: { file: 'config.json' } } }),
      facts: { release: RELEASE, commit: COMMIT },
    });
    const contents = await releaseContents(context);
    expect(contents.files.map(({ path, mode }) => [path, mode])).toEqual([
      ['config.json', 0o600],
      ['main.py', 0o644],
    ]);
    expect(contents.files[0]?.sha256).not.toBe('a'.repeat(64));
    contents.pack(new Set(['config.json', 'main.py']));
    const [, sent, extra] = packed[0] ?? [];
    expect(sent?.map(({ path }) => path)).toEqual(['main.py']);
    const named = extra?.find(({ path }) => path === '.argo/environment')?.content;
    expect(named?.toString()).toBe(
      `ARGO_RELEASE=${RELEASE}\nPYTHONPYCACHEPREFIX=/opt/engine/pycache\n`,
    );
    const paths = extra?.map(({ path, mode }) => [path, mode]);
    expect(paths).toEqual([
      ['.argo/modes', 0o644],
      ['.argo/commit', 0o644],
      ['.argo/environment', 0o644],
      ['.argo/unit.blue', 0o644],
      ['.argo/unit.green', 0o644],
      ['.argo/fingerprints', 0o644],
      ['config.json', 0o600],
      // Last, because the host takes it as the proof that all files arrived.
      ['.argo/manifest', 0o644],
    ]);
  });
});
