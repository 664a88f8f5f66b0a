import { awaitPublic } from '../answering-release.ts';
import { isNew } from '../facts.ts';
import { known, publicUrl } from '../layout.ts';
import { onEveryHost } from '../on-every-host.ts';
import type { SmokeTest } from '../settings/health.ts';
import { smokeTest } from '../smoke-test.ts';
import type { Stage, StageContext, StageResult } from '../stage.ts';

export const confirm: Stage = {
  name: 'confirm',
  title: 'Public health confirmed',
  on: 'every-host',
  changes: true,
  timeoutMs: 3_700_000,
  run: (context) =>
    confirmRelease(context, known(context.facts, 'release'), context.target.settings.smoke),
};

export const confirmBack: Stage = {
  name: 'confirm-back',
  title: 'Public health confirmed after the rollback',
  on: 'every-host',
  changes: true,
  timeoutMs: 3_700_000,
  async run(context) {
    const { rollbackTo } = context.facts;
    if (!rollbackTo) return { summary: 'nothing to confirm', skipped: true };
    // Today's smoke tests may ask for what that release never had, so its health is enough.
    return confirmRelease(context, rollbackTo.release, []);
  },
};

/** One slow answer right after a reload says nothing about a release. */
const SMOKE_TRIES = 3;

async function confirmRelease(
  context: StageContext,
  release: string,
  smoke: readonly SmokeTest[],
): Promise<StageResult> {
  const times = await onEveryHost(context, async (host) => {
    // One that has just joined was not brought back to a release it never had.
    if (release !== context.facts.release && isNew(context.facts.hosts?.[host.name])) return 0;
    const health = await awaitPublic(context, host, release);
    for (const test of smoke) {
      await smokeTest(context, host, publicUrl(context.target, test.path), test, SMOKE_TRIES);
    }
    return health.ms;
  });
  return { summary: `${release} answers in ${Math.round(Math.max(...Object.values(times)))} ms` };
}
