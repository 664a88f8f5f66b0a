import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { deploy, type Deployed, liveOn, stopOf } from '../../faults/deploy.ts';
import { openWorld, type World } from '../../faults/world.ts';
import { withoutProxy } from '../../sandbox/argo-yml.ts';
import { commit } from '../../sandbox/engine/repository.ts';
import { describeOnHosts } from '../sandbox/host/on-hosts.ts';

const single = {
  ...withoutProxy,
  root: '/opt/argo-single',
  port: 8100,
  unit_name: 'argo-single',
  config_locations: [],
};

describeOnHosts('every Python file of a release', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld({ variants: () => Promise.resolve({ single }) });
    await deploy(world);
  });
  afterAll(() => world.stop());

  const write = async (path: string, bytes: Buffer | string): Promise<void> => {
    const file = join(world.scene.repository.dir, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
    await commit(world.scene.repository, { message: `Write ${path}` });
  };
  const put = async (path: string, bytes: Buffer | string): Promise<Deployed> => {
    await write(path, bytes);
    return deploy(world);
  };
  const take = (path: string): Promise<string> =>
    commit(world.scene.repository, { message: `Remove ${path}`, files: { [path]: null } });

  test.each<[string, Buffer | string, RegExp]>([
    ['a Latin-1 byte without a coding line', Buffer.from('NAME = "caf\xE9"\n', 'latin1'), /1: /],
    ['import * in a function', 'def load():\n    from os import *\n', /2: /],
    ['a null byte', 'NAME = "a"\nKEY = "\0"\n', /2: /],
  ])('the bot refuses %s', async (_, bytes, at) => {
    const before = await liveOn(world, {});
    const { events, thread } = await put('argo/unused.py', bytes);
    expect(stopOf(events)).toMatchObject({ stage: 'checks', code: 'python-findings' });
    expect(thread).toMatch(new RegExp(`argo/unused\\.py line ${at.source}`));
    expect(await liveOn(world, {})).toEqual(before);
    await take('argo/unused.py');
  });

  test('the host refuses what only its compiler knows, and remembers the rest by content', async () => {
    const before = await liveOn(world, {});
    const { events, thread } = await put('argo/unused.py', '# coding: klingon\nNAME = 1\n');
    expect(stopOf(events)).toMatchObject({ stage: 'verify', code: 'python-findings' });
    expect(thread).toMatch(
      /argo\/unused\.py line 1: Python 3\.11\.\d+ of host-\d+ cannot compile this: unknown encoding: klingon/,
    );
    expect(await liveOn(world, {})).toEqual(before);
    const kept = await world.onHost(`cd /opt/argo-trading
stat -c '%U %a' state/compiled; wc -l <state/compiled
ls state | grep -c compile. || true; find releases -name __pycache__ | wc -l`);
    const [owner, lines, ...left] = kept.trim().split('\n');
    expect(owner).toBe('root 644');
    expect(Number(lines)).toBeGreaterThan(10);
    expect(left).toEqual(['1', '0']);
  });

  test('a restart on one port refuses the same before it stops anything', async () => {
    const { events } = await deploy(world, { environment: 'single' });
    expect(stopOf(events)).toMatchObject({ stage: 'verify', code: 'python-findings' });
    await take('argo/unused.py');
    expect((await deploy(world, { environment: 'single' })).line).toContain('live');
  });

  test('a file made to take the compiler down is named, and nothing else suffers', async () => {
    const { events, thread } = await put('argo/deep.py', `X = ${'-'.repeat(100_000)}1\n`);
    expect(stopOf(events)).toMatchObject({ stage: 'verify', code: 'python-findings' });
    expect(thread).toMatch(/argo\/deep\.py line 1: .*nested too deep/);
    await take('argo/deep.py');
  });

  test('a template passes where it is excluded, and is counted', async () => {
    await write('templates/{{ name }}.py', 'class {{ name }}:\n    pass\n');
    const refused = await deploy(world);
    expect(stopOf(refused.events)).toMatchObject({ code: 'python-findings' });
    const undo = await world.configure({ 'checks.python': { exclude: ['templates/'] } });
    const passed = await deploy(world);
    expect(passed.line).toContain('live');
    expect(passed.thread).toMatch(/Python files \(1 excluded\)/);
    await undo();
  });

  test('what Python does compile passes: a coding line, a warning, a BOM', async () => {
    await take('templates/{{ name }}.py');
    await write('argo/old.py', Buffer.from('# coding: latin-1\nNAME = "caf\xE9"\n', 'latin1'));
    await write('argo/comment.py', Buffer.from('# caf\xE9\nNAME = 1\n', 'latin1'));
    await write(
      'argo/marked.py',
      '\uFEFFPATTERN = "\\d"\nSAME = NAME is 1 if (NAME := 1) else 2\n',
    );
    const { line, thread } = await deploy(world);
    expect(line).toContain('live');
    expect(thread).toMatch(/\d+ compile with Python 3\.11\.\d+/);
  });
});
