// Implements the stages that check the public address after a switch, and after a switch back.
import { awaitPublicHealth } from '../health/await-public-health.ts';
import { StageFailed } from '../record/errors.ts';
import { isNewHost, type Placement } from '../record/facts.ts';
import { checkReturned } from '../host/guard.ts';
import { publicUrl } from '../settings/layout.ts';
import { onEveryHost } from '../step/on-every-host.ts';
import type { Host } from '../ports/ports.ts';
import type { SmokeTest } from '../settings/health.ts';
import { smokeTest } from '../health/smoke-test.ts';
import { placementOf, type Stage, type StageContext, type StageResult } from '../step/stage.ts';

export const confirm: Stage = {
  run: (context) => confirmRelease(context, placementOf(context), context.target.settings.smoke),
};

export const confirmBack: Stage = {
  async run(context) {
    const { rollbackTo } = context.facts;
    if (!rollbackTo) return { summary: 'nothing to confirm', skipped: true };
    // The current smoke tests may need features that the previous release lacks.
    return confirmRelease(context, rollbackTo, []);
  },
};

/** Each smoke test gets at least this many retries, because one slow answer right after a reload of nginx is normal. */
const MIN_RETRIES = 2;

async function confirmRelease(
  context: StageContext,
  placement: Placement,
  smoke: readonly SmokeTest[],
): Promise<StageResult> {
  const { release } = placement;
  const times = await onEveryHost(context, async (host) => {
    // After a rollback, a new host has no earlier release that could answer.
    if (release !== context.facts.release && isNewHost(context.facts.hosts?.[host.name])) return 0;
    try {
      return await confirmOn(context, host, placement, smoke);
    } catch (error) {
      const moved = release === context.facts.release && error instanceof StageFailed;
      if (moved && !context.signal.aborted) await checkReturned(context, host);
      throw error;
    }
  });
  return { summary: `${release} answers in ${Math.round(Math.max(...Object.values(times)))} ms` };
}

/** Returns the response time of the public address in milliseconds. Fails with StageFailed. */
async function confirmOn(
  context: StageContext,
  host: Host,
  placement: Placement,
  smoke: readonly SmokeTest[],
): Promise<number> {
  const health = await awaitPublicHealth(context, host, placement);
  for (const test of smoke) {
    const url = publicUrl(context.target, test.path);
    const retries = Math.max(test.retries, MIN_RETRIES);
    await smokeTest(context, host, { ...placement, url }, { ...test, retries });
  }
  return health.ms;
}
