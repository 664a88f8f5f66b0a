import { describe, expect, test } from '@jest/globals';
import { approvalDigest } from '../../src/deploy/acts/approval.ts';
import { observeWithConfig } from '../../src/deploy/host/config-on-host.ts';
import { syncBack } from '../../src/deploy/stages/sync.ts';
import { createMemoryWorld } from '../support/memory-ports.ts';
import { play } from '../support/play.ts';
import { stageContext } from '../support/stage-context.ts';
import { targetWith } from '../support/target.ts';

const legacy = '/opt/legacy/config.json';
const declared = {
  service: { config: { file: '/etc/argo-bot/engine.json' } },
  environment: { config_locations: [legacy] },
};
/** The stand-in of the source takes every line of a content for a key, and for its fingerprint. */
const place = (kind: string, slot: string, path: string, content = ''): string =>
  `place\t${kind} ${slot} ${path} ${Buffer.from(content).toString('base64')}`;

async function driftOf(
  lines: string[],
  facts: object = { configFingerprints: { a: 'a', b: 'b' } },
) {
  const world = createMemoryWorld();
  world.host.on['look-config'] = () => lines;
  const context = stageContext(world, { target: targetWith(declared), facts });
  const seen = await observeWithConfig(context, world.host);
  return { drift: seen.facts.drift, fingerprints: seen.fingerprints, world };
}

describe('config that was edited by hand', () => {
  test('is told by key, against what argo-bot wrote; its values are hidden from then on', async () => {
    const { drift, world } = await driftOf([place('edited', '-', legacy, 'secret-key\n')]);
    expect(drift).toEqual([
      {
        path: legacy,
        kind: 'edited',
        changes: [{ key: 'secret-key', was: undefined, now: 'secret-key' }],
      },
    ]);
    expect(world.ports.redactor.clean('secret-key')).toBe('[secret]');
  });

  test('what cannot be read as a config, and what is gone, is told all the same', async () => {
    const { drift } = await driftOf([
      place('edited', 'blue', '/opt/engine/blue/config.json'),
      place('removed', '-', legacy),
    ]);
    expect(drift).toEqual([
      { path: '/opt/engine/blue/config.json', kind: 'edited', changes: undefined },
      { path: legacy, kind: 'removed', changes: [] },
    ]);
  });

  test('what was never ours is told by what would replace it, and not where nothing differs', async () => {
    expect((await driftOf([place('foreign', '-', legacy, 'a\n')])).drift).toEqual([
      { path: legacy, kind: 'foreign', changes: [{ key: 'b', was: undefined, now: 'b' }] },
    ]);
    expect((await driftOf([place('foreign', '-', legacy, 'a\nb\n')])).drift).toEqual([]);
  });

  test('of the slots only the live one counts; laid out by hand, it is what users have', async () => {
    const { drift, fingerprints } = await driftOf([
      place('foreign', 'blue', '/opt/engine/blue/config.json', 'a\n'),
      place('edited', 'green', '/opt/engine/green/config.json', 'z\n'),
    ]);
    expect(drift).toEqual([]);
    expect(fingerprints).toEqual({ a: 'a' });
  });

  test('is bound to the approval; an edit after it voids it, before any traffic moves', async () => {
    const p = await play({ settings: declared });
    p.host.on['look-config'] = () => [`${place('edited', '-', legacy, 'first\n')} 1795449769`];
    const waiting = await p.go();
    expect(waiting.facts.hosts?.['host-1']?.drift).toHaveLength(1);
    expect(waiting.stages.flatMap(({ warnings }) => warnings)).toEqual([
      `host-1: ${legacy} was edited by hand at 2026-11-23 16:02 UTC (first differs). This deployment replaces the edit and keeps a copy as ${legacy}.argo-previous. To keep the edit, reject and commit it first`,
    ]);
    const without = structuredClone(waiting);
    delete without.facts.hosts?.['host-1']?.drift;
    expect(approvalDigest(without)).not.toBe(approvalDigest(waiting));

    await p.approve();
    p.host.on['look-config'] = () => [place('edited', '-', legacy, 'second\n')];
    const d = await p.go();
    expect(d.finished?.ending).toBe('voided');
    expect(d.stages.find(({ name }) => name === 'recheck')?.failure).toMatchObject({
      code: 'drift',
      message: expect.stringContaining(`${legacy} was edited by hand`),
    });
    expect(p.host.scripts).not.toContain('switch');
  });

  test('that was shown and approved is replaced', async () => {
    const p = await play({ settings: declared });
    p.host.on['look-config'] = () => [place('edited', '-', legacy, 'first\n')];
    await p.go();
    await p.approve();
    expect((await p.go()).finished?.ending).toBe('succeeded');
    expect(p.host.scripts).toContain('sync-config');
  });
});

test('back to what was laid out by hand, the locations get what they had before argo-bot', async () => {
  const world = createMemoryWorld({ hosts: ['one', 'two'] });
  const facts = { rollbackTo: { release: 'adopted-blue', slot: 'blue' as const } };
  const target = targetWith({ ...declared, hosts: ['one', 'two'] });
  world.hosts[0]!.on['restore-config'] = () => [`restored\t${legacy}`, `drift\t${legacy}`];
  world.hosts[1]!.on['restore-config'] = () => [`unknown\t${legacy}`];
  const { summary, warnings } = await syncBack.run(stageContext(world, { target, facts }));
  expect(summary).toBe('as before argo-bot first wrote to the locations');
  expect(warnings).toEqual([
    `one: ${legacy} had been edited by hand; it is kept as ${legacy}.argo-previous`,
    `two: the content of ${legacy} from before argo-bot is lost: check that file`,
  ]);
  expect(world.hosts.flatMap(({ scripts }) => scripts)).not.toContain('sync-config');
});
