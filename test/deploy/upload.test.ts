import { expect, test } from '@jest/globals';
import { upload } from '../../src/deploy/stages/upload.ts';
import { COMMIT, createMemoryWorld } from '../support/memory-ports.ts';
import { stageContext } from '../support/stage-context.ts';

const facts = {
  release: '20261120-090000-ccccccc',
  commit: COMMIT,
  hosts: { 'host-1': { slots: {}, freeMb: 9_000 } },
};

test('files that came over with another mode are sent once more, and shown as changed', async () => {
  const world = createMemoryWorld();
  world.host.on['upload'] = ({ base }) => (base === 'resend' ? [] : ['mode\tbin/start']);
  const done = await upload.run(stageContext(world, { facts }));
  expect(done.facts?.diff?.changed).toEqual(['bin/start']);
  expect(world.host.calls.map(({ parameters }) => parameters['base'])).toEqual(['', 'resend']);
});

test('a file system that keeps no modes is named', async () => {
  const world = createMemoryWorld();
  world.host.on['upload'] = () => ['mode\tbin/start'];
  await expect(upload.run(stageContext(world, { facts }))).rejects.toMatchObject({
    code: 'modes-differ',
    message: '1 files do not keep their mode on host-1: bin/start',
  });
});

test('a host without room is told before anything is sent to it', async () => {
  const world = createMemoryWorld();
  const hosts = { 'host-1': { slots: {}, freeMb: 520 } };
  const context = stageContext(world, { facts: { ...facts, hosts, fileBytes: 30 * 1_048_576 } });
  await expect(upload.run(context)).rejects.toMatchObject({
    code: 'no-room',
    message:
      'host-1 has 520 MB free under /opt/engine. The release needs 30 MB, and 500 MB must stay free (min_free_mb)',
  });
  expect(world.host.scripts).not.toContain('upload');
});
