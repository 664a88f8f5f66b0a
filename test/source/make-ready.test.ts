import { expect, test } from '@jest/globals';
import { PREPARED, warmUp } from '../../src/deploy/engine/warm-up.ts';
import type { PythonQuestion } from '../../src/deploy/ports/ports.ts';
import { SettingsSchema } from '../../src/deploy/settings/settings.ts';
import { createSource } from '../../src/source/tree/git-source.ts';
import { createMemoryWorld } from '../support/memory-ports.ts';
import { settings } from '../support/settings.ts';
import { Repository, temporaryFolder } from './repository.ts';

function setUp(opening: (name: string) => void = () => undefined) {
  const world = createMemoryWorld({ opening });
  const repository = new Repository();
  const checked: string[] = [];
  const said: object[] = [];
  const say = (fields: object, message: string): void => void said.push({ ...fields, message });
  const source = createSource({ dataDirectory: temporaryFolder() });
  const python = {
    async check({ files, version }: PythonQuestion) {
      checked.push(...files.map((file) => `${file.path} for ${version ?? 'the project'}`));
      return { findings: [], leftOut: [], version: '3.11' };
    },
  };
  const ports = {
    records: world.records,
    hosts: world.ports.hosts,
    source,
    python,
    log: { info: say, warn: say, error: say },
  };
  return { repository, checked, said, ports, world };
}

/** Services by name, each of a repository. */
function services(repositories: Record<string, string>, more: object = {}) {
  const [like] = Object.values(settings().services);
  return SettingsSchema.parse({
    services: Object.fromEntries(
      Object.entries(repositories).map(([name, git]) => [
        name,
        { ...like, ...more, source: { git } },
      ]),
    ),
  });
}

test('the newest commit is fetched, read and checked', async () => {
  const { repository, checked, said, ports, world } = setUp();
  const sha = repository.commit('First', { 'main.py': 'x = 1\n', 'notes.txt': 'none\n' });
  const python = { interpreter: '/usr/bin/python3' };
  const declared = services({ engine: repository.folder }, { python });
  await warmUp(ports, declared, new AbortController().signal);
  expect(said).toEqual([{ service: 'engine', sha, message: PREPARED }]);
  // The first deployment checks for the newest Python, and for that of the hosts as soon as it has asked them.
  expect(checked).toEqual(['main.py for 3.14', 'main.py for 3.11', 'main.py for the project']);
  expect(world.host.scripts).toEqual(['inspect']);
  expect(world.closed()).toBe(1);
  const from = declared.services['engine']?.source;
  if (from === undefined) throw new Error('no service');
  expect((await ports.source.filesHere(from, sha))?.sha).toBe(sha);
});

test('a host that cannot be reached stops no preparation', async () => {
  const { repository, checked, said, ports } = setUp((name) => {
    throw new Error(`${name} is down`);
  });
  const sha = repository.commit('First', { 'main.py': 'x = 1\n' });
  const python = { interpreter: '/usr/bin/python3' };
  const declared = services({ engine: repository.folder }, { python });
  await warmUp(ports, declared, new AbortController().signal);
  expect(said).toEqual([{ service: 'engine', sha, message: PREPARED }]);
  expect(checked).toEqual(['main.py for 3.14', 'main.py for the project']);
});

test('hosts are not asked if the Python is declared', async () => {
  const { repository, checked, ports, world } = setUp();
  repository.commit('First', { 'main.py': 'x = 1\n' });
  const python = { interpreter: '/usr/bin/python3' };
  const checks = { python: { version: '3.10' } };
  const declared = services({ engine: repository.folder }, { python, checks });
  await warmUp(ports, declared, new AbortController().signal);
  expect(checked).toEqual(['main.py for 3.10']);
  expect(world.host.scripts).toEqual([]);
});

test('one that cannot be read is said to the log, and the others are made ready', async () => {
  const { repository, said, ports } = setUp();
  const sha = repository.commit('First', { 'main.py': 'x = 1\n' });
  const declared = services({ lost: '/nowhere/at/all.git', engine: repository.folder });
  await warmUp(ports, declared, new AbortController().signal);
  expect(said).toEqual([
    expect.objectContaining({
      service: 'lost',
      message: expect.stringContaining('its first deployment takes longer'),
    }),
    { service: 'engine', sha, message: PREPARED },
  ]);
});

test('a worker that stops is not kept', async () => {
  const { repository, said, ports } = setUp();
  repository.commit('First', { 'main.py': 'x = 1\n' });
  const stop = new AbortController();
  stop.abort();
  await warmUp(ports, services({ engine: repository.folder }), stop.signal);
  expect(said).toEqual([]);
});
