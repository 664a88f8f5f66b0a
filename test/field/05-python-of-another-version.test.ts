import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { deploy, type Deployed, liveOn, stopOf } from '../../faults/deploy.ts';
import { openWorld, type World } from '../../faults/world.ts';
import { commit } from '../../sandbox/engine/repository.ts';
import { createFileCheck } from '../../src/source/python/check-file.ts';
import { rulesFor } from '../../src/source/python/target-version.ts';
import { describeOnHosts } from '../sandbox/host/on-hosts.ts';

/** Imported inside a function, so neither the start nor the imports that are tried see it. */
const late = 'argo/late_report.py';
const use = 'def headline(quote):\n    return f"{quote["symbol"]} moved"\n';
const quoted = use.replace('quote["symbol"]', "quote['symbol']");

const syntax = (version: string, source: string): string[] =>
  createFileCheck(rulesFor(version))(late, source).map(
    ({ line, code, message }) => `${line} ${code} ${message}`,
  );

test.each([
  ['quotes inside an f-string', '3.12', use],
  ['a type statement', '3.12', 'type Symbol = str\n'],
  ['a type parameter', '3.12', 'def first[T](all: list[T]) -> T:\n    return all[0]\n'],
  ['except*', '3.11', 'try:\n    pass\nexcept* ValueError:\n    pass\n'],
  ['match', '3.10', 'match 1:\n    case _:\n        pass\n'],
  ['a default of a type parameter', '3.13', 'class Box[T = int]:\n    pass\n'],
  ['except without brackets', '3.14', 'try:\n    pass\nexcept ValueError, KeyError:\n    pass\n'],
  ['a star in an index', '3.11', 'x = []\ny = x[*x]\n'],
])('%s is syntax from %s on', (_, version, source) => {
  const before = `3.${Number(version.slice(2)) - 1}`;
  expect(syntax(before, source)).not.toEqual([]);
  expect(syntax(version, source)).toEqual([]);
});

describeOnHosts('a host with Python 3.11', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
  });
  afterAll(() => world.stop());

  const put = async (text: string): Promise<Deployed> => {
    await commit(world.scene.repository, { message: 'Report late', files: { [late]: text } });
    return deploy(world);
  };

  test('refuses what only 3.12 reads, by its own version, the first time and later', async () => {
    const first = await put(use);
    expect(stopOf(first.events)).toMatchObject({ code: 'python-findings', stage: 'claim' });
    expect(first.thread).toMatch(
      /Python 3\.11 of host-\d+[^]*argo\/late_report\.py line 2: .*syntax error/,
    );
    expect((await put(quoted)).line).toContain('live');
    const before = await liveOn(world, {});
    const later = await put('type Symbol = str\n');
    expect(stopOf(later.events)).toMatchObject({ code: 'python-findings' });
    expect(later.thread).toContain('argo/late_report.py line 1:');
    expect(await liveOn(world, {})).toEqual(before);
  });

  test('a declared version is checked before any host is asked', async () => {
    const undo = await world.configure({ 'checks.python': { version: '3.9' } });
    const stopped = await put(
      'def kind(x):\n    match x:\n        case _:\n            return 1\n',
    );
    expect(stopOf(stopped.events)).toMatchObject({ code: 'python-findings', stage: 'checks' });
    await undo();
    expect((await deploy(world)).line).toContain('live');
  });
});
