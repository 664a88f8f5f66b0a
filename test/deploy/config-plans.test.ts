import { describe, expect, test } from '@jest/globals';
import { StageFailed } from '../../src/deploy/record/errors.ts';
import { claim } from '../../src/deploy/stages/claim.ts';
import { COMMIT, createMemoryWorld } from '../support/memory-ports.ts';
import { play } from '../support/play.ts';
import { stageContext } from '../support/stage-context.ts';

const liveOf = (sha: string) => [
  'live\tblue',
  'slot_blue\told',
  `live_commit\t${sha}`,
  'free_mb\t9000',
  'now\t0',
];

describe('a push', () => {
  const facts = { commit: COMMIT, release: 'r1', configFingerprints: {} };
  const pushing = { kind: 'config-push', ref: COMMIT.sha } as const;

  test('of another commit than users have is refused before anything is uploaded', async () => {
    const world = createMemoryWorld();
    world.host.on['inspect'] = () => liveOf('f'.repeat(40));
    const running = claim.run(stageContext(world, { facts, request: pushing }));
    await expect(running).rejects.toBeInstanceOf(StageFailed);
    await expect(running).rejects.toMatchObject({ code: 'other-commit-live', host: 'host-1' });
  });

  test('of the live commit goes the way of every deployment', async () => {
    const world = createMemoryWorld();
    world.host.on['inspect'] = () => liveOf(COMMIT.sha);
    const { facts: found } = await claim.run(stageContext(world, { facts, request: pushing }));
    expect(found?.slot).toBe('green');
    const p = await play({ request: pushing });
    const planned = (await p.now()).stages.map(({ name }) => name);
    expect(planned).toEqual((await (await play()).now()).stages.map(({ name }) => name));
  });
});
