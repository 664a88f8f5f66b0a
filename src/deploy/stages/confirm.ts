// Does the stages that check the public address after a switch, and after a switch back.
import { awaitPublicHealth } from '../health/await-public-health.ts';
import { StageFailed } from '../record/errors.ts';
import type { Slot } from '../record/events.ts';
import { isNewHost, requireFact } from '../record/facts.ts';
import { checkReturned } from '../host/guard.ts';
import { publicUrl } from '../settings/layout.ts';
import { onEveryHost } from '../step/on-every-host.ts';
import type { Host } from '../ports/ports.ts';
import type { SmokeTest } from '../settings/health.ts';
import { smokeTest } from '../health/smoke-test.ts';
import type { Stage, StageContext, StageResult } from '../step/stage.ts';

export const confirm: Stage = {
  run: (context) =>
    confirmRelease(
      context,
      { release: requireFact(context.facts, 'release'), slot: requireFact(context.facts, 'slot') },
      context.target.settings.smoke,
    ),
};

export const confirmBack: Stage = {
  async run(context) {
    const { rollbackTo } = context.facts;
    if (!rollbackTo) return { summary: 'nothing to confirm', skipped: true };
    // The current smoke tests may need features that the previous release lacks.
    return confirmRelease(context, rollbackTo, []);
  },
};

/** Retries, because one slow answer right after a reload is normal. */
const RETRIES = 2;

async function confirmRelease(
  context: StageContext,
  { release, slot }: { release: string; slot: Slot },
  smoke: readonly SmokeTest[],
): Promise<StageResult> {
  const times = await onEveryHost(context, async (host) => {
    // A new host has no earlier release to return to.
    if (release !== context.facts.release && isNewHost(context.facts.hosts?.[host.name])) return 0;
    try {
      return await confirmOn(context, host, { release, slot }, smoke);
    } catch (error) {
      const moved = release === context.facts.release && error instanceof StageFailed;
      if (moved && !context.signal.aborted) await checkReturned(context, host);
      throw error;
    }
  });
  return { summary: `${release} answers in ${Math.round(Math.max(...Object.values(times)))} ms` };
}

/** Response time of the public address in milliseconds. Fails with StageFailed. */
async function confirmOn(
  context: StageContext,
  host: Host,
  { release, slot }: { release: string; slot: Slot },
  smoke: readonly SmokeTest[],
): Promise<number> {
  const health = await awaitPublicHealth(context, host, release, slot);
  for (const test of smoke) {
    const smoked = { url: publicUrl(context.target, test.path), slot, release };
    const retries = Math.max(test.retries, RETRIES);
    await smokeTest(context, host, smoked, { ...test, retries });
  }
  return health.ms;
}
