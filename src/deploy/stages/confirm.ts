import { awaitPublic } from '../answering-release.ts';
import { StageFailed } from '../errors.ts';
import type { Slot } from '../events.ts';
import { isNew } from '../facts.ts';
import { askReturned } from '../guard.ts';
import { known, publicUrl } from '../layout.ts';
import { onEveryHost } from '../on-every-host.ts';
import type { Host } from '../ports.ts';
import type { SmokeTest } from '../settings/health.ts';
import { smokeTest } from '../smoke-test.ts';
import type { Stage, StageContext, StageResult } from '../stage.ts';

export const confirm: Stage = {
  name: 'confirm',
  title: 'Public health confirmed',
  noun: 'public health check',
  changes: true,
  timeoutMs: 3_700_000,
  run: (context) =>
    confirmRelease(
      context,
      { release: known(context.facts, 'release'), slot: known(context.facts, 'slot') },
      context.target.settings.smoke,
    ),
};

export const confirmBack: Stage = {
  name: 'confirm-back',
  title: 'Public health confirmed after the rollback',
  noun: 'public health check after the rollback',
  changes: true,
  timeoutMs: 3_700_000,
  async run(context) {
    const { rollbackTo } = context.facts;
    if (!rollbackTo) return { summary: 'nothing to confirm', skipped: true };
    // Today's smoke tests may ask for what that release never had, so its health is enough.
    return confirmRelease(context, rollbackTo, []);
  },
};

/** One slow answer right after a reload says nothing about a release. */
const RETRIES = 2;

async function confirmRelease(
  context: StageContext,
  { release, slot }: { release: string; slot: Slot },
  smoke: readonly SmokeTest[],
): Promise<StageResult> {
  const times = await onEveryHost(context, async (host) => {
    // One that has just joined was not brought back to a release it never had.
    if (release !== context.facts.release && isNew(context.facts.hosts?.[host.name])) return 0;
    try {
      return await confirmOn(context, host, { release, slot }, smoke);
    } catch (error) {
      const moved = release === context.facts.release && error instanceof StageFailed;
      if (moved && !context.signal.aborted) await askReturned(context, host);
      throw error;
    }
  });
  return { summary: `${release} answers in ${Math.round(Math.max(...Object.values(times)))} ms` };
}

/** Milliseconds that the public address took to answer with the release, and well. */
async function confirmOn(
  context: StageContext,
  host: Host,
  { release, slot }: { release: string; slot: Slot },
  smoke: readonly SmokeTest[],
): Promise<number> {
  const health = await awaitPublic(context, host, release, slot);
  for (const test of smoke) {
    const smoked = { url: publicUrl(context.target, test.path), slot, release };
    const retries = Math.max(test.retries, RETRIES);
    await smokeTest(context, host, smoked, { ...test, retries });
  }
  return health.ms;
}
