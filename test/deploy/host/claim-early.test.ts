import { describe, expect, test } from '@jest/globals';
import { CommitRefused } from '../../../src/deploy/record/errors.ts';
import type { ScriptCall } from '../../../src/deploy/ports/ports.ts';
import { createMemoryWorld } from '../../support/memory-ports.ts';
import { play } from '../../support/play.ts';

const admit = async () => {
  throw new CommitRefused('no signature', { code: 'not-signed', next: 'Sign it.' });
};

describe('a claim while the commit is read', () => {
  test('has the parameters that the stage asks for, so that the stage finds the results', async () => {
    const p = await play();
    const early: ScriptCall[] = [];
    p.host.runEarly = (calls) => void early.push(...calls);
    await p.phase('prepare');
    expect(early.map(({ script }) => script)).toEqual(['claim', 'inspect']);
    for (const call of early) expect(p.host.calls).toContainEqual(call);
  });

  test('begins before the checks', async () => {
    const { ports } = createMemoryWorld();
    const seen: string[][] = [];
    const p = await play({
      ports: {
        python: {
          async check(...given) {
            seen.push([...p.host.early]);
            return ports.python.check(...given);
          },
        },
      },
    });
    await p.phase('prepare');
    expect(seen[0]).toContain('claim');
  });

  test.each([
    ['the commit is refused', {}],
    ['it is a dry run', { dryRun: true }],
  ])('does not begin if %s', async (why, request) => {
    const { ports } = createMemoryWorld();
    const refused = why.includes('refused') ? { source: { ...ports.source, admit } } : {};
    const p = await play({ request, ports: refused });
    await p.go();
    expect(p.host.early).toEqual([]);
  });
});

test('a rollback reads its slot while the claim is recorded, with the parameters of its stage', async () => {
  const p = await play({ request: { kind: 'rollback' } });
  p.host.releases.set('20261110-090000-bbbbbbb', 'good');
  const early: ScriptCall[] = [];
  p.host.runEarly = (calls) => void early.push(...calls);
  expect((await p.go()).finished?.ending).toBe('rolled-back');
  expect(early.map(({ script }) => script)).toEqual(['slot-state']);
  expect(p.host.calls).toContainEqual(early[0]);
});
