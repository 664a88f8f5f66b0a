import { expect, test } from '@jest/globals';
import { HostUnreachable } from '../../src/deploy/record/errors.ts';
import { failed } from '../support/memory-host.ts';
import { play } from '../support/play.ts';

const ALL = ['a', 'b'];

function down(name: string): HostUnreachable {
  return new HostUnreachable(`${name} does not answer`, {
    code: 'host-down',
    next: 'Start it.',
    host: name,
  });
}

/** Hands the new release to every host and begins the watch. */
async function live(opening: (name: string) => void = () => undefined) {
  const scene = await play({ hosts: ALL, opening });
  await scene.go();
  await scene.approve();
  await scene.phase('release');
  return scene;
}

test('a host that is down does not keep the others from going back', async () => {
  let gone = false;
  const scene = await live((name) => {
    if (gone && name === 'b') throw down(name);
  });
  const [a, b] = scene.hosts;
  gone = true;
  await scene.records.append(scene.id, {
    type: 'rollback-requested',
    at: Date.now(),
    by: 'U0BEN',
    reason: 'wrong numbers',
  });
  const end = await scene.go();
  expect(a?.live).toBe('blue');
  expect(b?.live).toBe('green');
  expect(end.finished?.ending).toBe('rollback-failed');
  expect(end.facts.leftBehind?.['b']).toMatch(/does not answer/);
  const place = { service: 'engine', environment: 'production' };
  expect(await scene.records.readLock(place)).toBeDefined();
});

test('a host that cannot start the old release does not keep the others from going back', async () => {
  const scene = await live();
  const [a, b] = scene.hosts;
  if (b) b.on['switch'] = () => Promise.reject(failed('b', 'nginx refuses'));
  await scene.records.append(scene.id, {
    type: 'rollback-requested',
    at: Date.now(),
    reason: 'unavailable',
  });
  const end = await scene.go();
  expect(a?.live).toBe('blue');
  expect(end.finished?.ending).toBe('rollback-failed');
});

test('tidying up that fails leaves users on a release that was watched and good', async () => {
  const scene = await live();
  for (const host of scene.hosts) {
    host.on['finish'] = () => Promise.reject(failed(host.name, 'Device or resource busy'));
  }
  const end = await scene.go();
  expect(end.finished?.ending).toBe('succeeded');
  expect(scene.hosts.map(({ live: slot }) => slot)).toEqual(['green', 'green']);
});

test('a host that hangs does not hide from the watch that users get nothing', async () => {
  const scene = await live();
  for (const host of scene.hosts) {
    host.active.green = 'inactive';
    host.on['slot-state'] = (_parameters, { what }) =>
      what === 'Watch after the switch'
        ? Promise.reject(failed(host.name, 'systemctl did not answer'))
        : undefined;
  }
  const after = await scene.phase('watch');
  expect(after.rollback?.reason).toMatch(/3 checks in a row failed/);
  expect(after.due).toBe('rollback');
});

test('a release that has died since it was approved gets no traffic', async () => {
  const scene = await play({ hosts: ALL });
  await scene.go();
  await scene.approve();
  for (const host of scene.hosts) host.active.green = 'inactive';
  const end = await scene.go();
  expect(end.finished?.ending).toBe('voided');
  expect(scene.hosts.map(({ live: slot }) => slot)).toEqual(['blue', 'blue']);
  expect(scene.hosts.flatMap(({ scripts }) => scripts)).not.toContain('switch');
});

test('an approval that no worker acted upon in time is void', async () => {
  const scene = await play({
    settings: { environment: { approval: { expires_minutes: 0.000_001 } } },
  });
  await scene.go();
  await scene.approve();
  const end = await scene.go();
  expect(end.finished?.ending).toBe('voided');
  expect(scene.host.live).toBe('blue');
});

test('a rollback that fails closes the environment too', async () => {
  const scene = await live();
  for (const host of scene.hosts) {
    host.on['switch'] = () => Promise.reject(failed(host.name, 'nginx refuses'));
  }
  await scene.records.append(scene.id, {
    type: 'rollback-requested',
    at: Date.now(),
    reason: 'unavailable',
  });
  const end = await scene.go();
  expect(end.finished?.ending).toBe('rollback-failed');
  const place = { service: 'engine', environment: 'production' };
  expect((await scene.records.readLock(place))?.reason).toMatch(/rollback failed/);
});
