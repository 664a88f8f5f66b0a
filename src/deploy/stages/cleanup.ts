// Implements the stage that removes a release from the hosts after a deployment that did not reach the switch.
import { describeRequest } from '../record/requests.ts';
import { StageFailed } from '../record/errors.ts';
import { stopsOldSlot, unitName, isAdopted } from '../settings/layout.ts';
import { linesByHost, onEveryHost, runScript } from '../step/on-every-host.ts';
import type { Stage, StageContext } from '../step/stage.ts';
import { checkUnit } from '../host/unit-report.ts';

export const cleanup: Stage = {
  async run(context) {
    const { release, hosts } = context.facts;
    // Before the claim, nothing of this deployment is on any host.
    if (!release || !hosts) return { summary: 'nothing was on the hosts yet', skipped: true };
    const answers = await onEveryHost(context, (host) =>
      runScript(context, host, 'cleanup', {
        release,
        live_before: hosts[host.name]?.live ?? '',
        live_release: hosts[host.name]?.liveRelease ?? '',
      }),
    );
    const inUse = linesByHost(answers, (answer) =>
      answer
        .values('in_use')
        .map((slot) => `nginx sends users to ${slot}, so ${release} was left there`),
    );
    const warnings = [...inUse, ...(await restoreStandby(context))];
    return { summary: 'the live slot was not touched', warnings };
  },
};

/** Puts the standby release back into the idle slot: a restart that failed or was cancelled had replaced it there. */
async function restoreStandby(context: StageContext): Promise<string[]> {
  const { request, facts, target } = context;
  const { slot } = facts;
  if (!describeRequest(request).keepsRelease || !slot) return [];
  const unit = unitName(target, slot);
  const said = await onEveryHost(context, async (host): Promise<string[]> => {
    const release = facts.hosts?.[host.name]?.slots[slot];
    if (!release || release === facts.release || isAdopted(release)) return [];
    try {
      await checkUnit(context, host, 'install-unit', { release, slot });
      if (!stopsOldSlot(target)) {
        await runScript(context, host, 'start-slot', { release, slot, unit });
      }
      return [];
    } catch (error) {
      if (!(error instanceof StageFailed)) throw error;
      return [`${release} does not stand by in ${slot} any more: ${error.message}`];
    }
  });
  return linesByHost(said, (lines) => lines);
}
