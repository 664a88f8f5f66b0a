import { awaitPublic } from '../answering-release.ts';
import { known } from '../layout.ts';
import { onEveryHost } from '../on-every-host.ts';
import { smokeTest } from '../smoke-test.ts';
import type { Stage, StageContext, StageResult } from '../stage.ts';

export const confirm: Stage = {
  name: 'confirm',
  title: 'Public health confirmed',
  on: 'every-host',
  changes: true,
  timeoutMs: 120_000,
  run: (context) => confirmRelease(context, known(context.facts, 'release')),
};

export const confirmBack: Stage = {
  name: 'confirm-back',
  title: 'Public health confirmed after the rollback',
  on: 'every-host',
  changes: true,
  timeoutMs: 120_000,
  async run(context) {
    const { rollbackTo } = context.facts;
    if (!rollbackTo) return { summary: 'nothing to confirm', skipped: true };
    return confirmRelease(context, rollbackTo.release);
  },
};

async function confirmRelease(context: StageContext, release: string): Promise<StageResult> {
  const { smoke } = context.target.settings;
  const { public_url } = context.target.place.proxy;
  const times = await onEveryHost(context, async (host) => {
    const health = await awaitPublic(context, host, release);
    for (const test of smoke) await smokeTest(context, host, new URL(test.path, public_url), test);
    return health.ms;
  });
  return { summary: `${release} answers in ${Math.round(Math.max(...Object.values(times)))} ms` };
}
