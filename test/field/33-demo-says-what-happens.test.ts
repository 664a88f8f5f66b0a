// What the page of the demo says of each bad release is what happens, and the team's tests run.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { deploy, stopOf } from '../../faults/deploy.ts';
import { openWorld, type World } from '../../faults/world.ts';
import { inThread } from '../../sandbox/acts.ts';
import { demoService } from '../../sandbox/argo-yml.ts';
import { badReleases, claims } from '../../sandbox/troubles/releases.ts';
import type { Trouble } from '../../sandbox/workspace/backstage.ts';
import { describeOnHosts } from '../sandbox/host/on-hosts.ts';

/** What the words of the page come to in the thread. */
const shown: Record<string, RegExp> = {
  unboundHealth: /health\.py line \d+.*can raise UnboundLocalError/,
  failsItsTests: /[Cc]heck "unit tests" failed[^]*FAILED \(failures=1\)/,
  missingModule: /rate_limiter\.py.*is required, but was deleted by/,
  ignoredModule: /adaptive_cache\.py.*left out by.*\.deployignore:\d+/,
  invalidConfig: /line \d+.*column \d+/,
  shortKey: /31 characters, expected 32/,
  importError: /ImportError: cannot import name 'SmartCache'/,
  exitsAtOnce: /exit/i,
};

describeOnHosts('a bad release of the demo', () => {
  let world: World;
  let troubles: Trouble[];

  beforeAll(async () => {
    world = await openWorld({ service: demoService() });
    troubles = badReleases(world.scene.repository);
  });
  afterAll(() => world.stop());

  const strike = async (id: string) => {
    const trouble = troubles.find((one) => one.id === id);
    if (!trouble) throw new Error(`the page has no ${id}`);
    await trouble.strike();
    return trouble;
  };

  test('a good one passes the tests of the team, and the checklist counts them', async () => {
    await strike('good');
    const { line, root } = await deploy(world);
    expect(line).toMatch(/^✅/u);
    await inThread(
      world.scene,
      root,
      /Checks passing[^]*\d+ Python files?, 5 tests passed in unit tests/,
    );
  });

  test.each(claims.filter(({ stage }) => stage !== 'watch'))(
    '$commit is stopped by $stage',
    async ({ commit, stage, seen }) => {
      const { about } = await strike(commit);
      expect(about).toContain(seen);
      const { root, events, asked, thread } = await deploy(world, {}, false);
      expect({ asked, stage: stopOf(events)?.stage, thread }).toEqual({
        asked: false,
        stage,
        thread,
      });
      await inThread(world.scene, root, shown[commit] ?? /nothing is declared/);
    },
  );
});
