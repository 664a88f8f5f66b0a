import { expect, test } from '@jest/globals';
import { stageOf } from '../support/stage-of.ts';
import type { DeploymentEvent } from '../../src/deploy/record/events.ts';
import { playOneUnit } from '../support/one-unit.ts';
import { play } from '../support/play.ts';

const back: DeploymentEvent = { type: 'rollback-requested', at: 1, by: 'U0BEN', reason: 'slow' };

test('a rollback that installs a unit again says which edits by hand are lost with it', async () => {
  const p = await play();
  await p.go();
  await p.approve();
  await p.phase('release');
  await p.records.append(p.id, back);
  // Somebody has stopped it, and edited both units.
  p.host.active.blue = 'failed';
  p.host.on['install-unit'] = () => [
    'edited\tengine-blue.service +MemoryMax=300M',
    'edited\tengine-green.service +Nice=5',
  ];
  const { warnings } = stageOf(await p.go(), 'return-slot');
  expect(warnings).toEqual([
    'somebody edited engine-blue.service by hand on host-1 (added MemoryMax=300M). This rollback removes the edit. To keep it, put it into argo.yml.',
    'somebody edited engine-green.service by hand on host-1 (added Nice=5). The release that is back does not have this edit. To keep it, put it into argo.yml.',
  ]);
});

test('with one unit the way back says so, and the way there leaves it to the card', async () => {
  const p = await playOneUnit();
  const usual = p.host.on['restart']!;
  p.host.on['restart'] = async (given, options) => [
    ...((await usual(given, options)) ?? []),
    'edited\tengine.service +MemoryMax=300M',
  ];
  await p.go();
  await p.approve();
  const moved = await p.phase('release');
  expect(stageOf(moved, 'restart').warnings).toEqual([]);
  await p.records.append(p.id, back);
  expect(stageOf(await p.go(), 'restart-back').warnings).toEqual([
    expect.stringMatching(
      /^somebody edited engine\.service by hand .* This rollback removes the edit/,
    ),
  ]);
});
