import { describe, expect, test } from '@jest/globals';
import { stageOf } from '../../support/stage-of.ts';
import type { FailureCode } from '../../../src/deploy/record/codes.ts';
import { StageFailed } from '../../../src/deploy/record/errors.ts';
import { recheck } from '../../../src/deploy/stages/recheck.ts';
import { source } from '../../../src/deploy/stages/source.ts';
import { play } from '../../support/play.ts';
import { done, phaseStarted, prepared } from '../../support/events.ts';
import { createMemoryWorld } from '../../support/memory-ports.ts';
import { request, stageContext } from '../../support/stage-context.ts';

const LIVE = '1a2b3c4d5e6f';

/** A source that admits nothing, and counts which commits were asked for and written out. */
function refusing(code: FailureCode = 'ref-not-allowed') {
  const world = createMemoryWorld();
  const seen = { admit: [] as string[], files: [] as string[] };
  const { source: from } = world.ports;
  const plain = { ...from };
  from.admit = async (_, sha) => {
    seen.admit.push(sha);
    throw new StageFailed(`Commit ${sha} does not belong to main`, { code, next: 'Merge it.' });
  };
  from.resolve = async (settings, ref, signal) => ({
    ...(await plain.resolve(settings, ref, signal)),
    ...(ref === undefined ? {} : { sha: ref }),
  });
  from.files = (settings, sha, signal) => {
    seen.files.push(sha);
    return plain.files(settings, sha, signal);
  };
  return { world, seen };
}

describe('a commit that does not belong', () => {
  test('is refused before one file of it is written', async () => {
    const { world, seen } = refusing();
    await expect(source.run(stageContext(world))).rejects.toMatchObject({
      code: 'ref-not-allowed',
    });
    expect(seen.files).toEqual([]);
  });

  test('is let through where it is live, which is told', async () => {
    const { world } = refusing();
    const created = await world.records.create(request());
    if (created.kind !== 'created') throw new Error(created.kind);
    await world.records.append(
      created.deployment.id,
      ...prepared(),
      phaseStarted('release', 10),
      ...done('switch'),
      { type: 'finished', at: 99, ending: 'succeeded' },
    );
    const { warnings } = await source.run(stageContext(world, { request: { ref: LIVE } }));
    expect(warnings).toEqual([
      `this commit is live, and would be refused otherwise: Commit ${LIVE} does not belong to main`,
    ]);
    const other = stageContext(world, { request: { ref: 'f'.repeat(12) } });
    await expect(source.run(other)).rejects.toMatchObject({ code: 'ref-not-allowed' });
  });

  test('is never let through for another reason than its refs', async () => {
    const { world } = refusing('source-unreachable');
    await expect(source.run(stageContext(world))).rejects.toMatchObject({
      code: 'source-unreachable',
    });
  });
});

test('a commit that was reachable when it was approved is refused before the switch', async () => {
  const p = await play();
  await p.go();
  p.ports.source.admit = () =>
    Promise.reject(
      new StageFailed('no longer on main', { code: 'ref-not-allowed', next: 'Merge.' }),
    );
  await p.approve();
  const d = await p.go();
  expect(d.finished?.ending).toBe('voided');
  expect(stageOf(d, 'recheck').failure).toMatchObject({ code: 'ref-not-allowed' });
  expect(p.host.scripts).not.toContain('switch');
});

test('a restart brings no commit, so none is asked for', async () => {
  const { world, seen } = refusing();
  const restart = stageContext(world, { request: { kind: 'restart' } });
  await recheck.run(restart).catch(() => undefined);
  expect(seen.admit).toEqual([]);
});
