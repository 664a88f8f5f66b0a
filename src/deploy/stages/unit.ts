// Implements the stages that compare the release's unit, have systemd check it, or install it in the idle slot.
import { describeRequest } from '../record/requests.ts';
import { unitName } from '../settings/layout.ts';
import { onEveryHost, scriptCall } from '../step/on-every-host.ts';
import { placementOf, type Stage } from '../step/stage.ts';
import { checkUnit, type UnitScript, unitReport } from '../host/unit-report.ts';

export const unit = unitStage('install-unit', 'is unchanged', 'installed');

/** For `strategy: restart`: nothing is installed, because the unit belongs to the live release until the restart. */
export const vetUnit = unitStage(
  'vet-unit',
  'stays as it is',
  'is fine; installed with the restart',
);

/** For `approval.before: start`: systemd does not check the unit, because the programs that it names are missing. */
export const showUnit = unitStage('show-unit', 'is unchanged', 'changes');

function unitStage(script: UnitScript, same: string, changed: string): Stage {
  return {
    async run(context) {
      const { target, request } = context;
      const placement = placementOf(context);
      const name = unitName(target, placement.slot);
      const answers = await onEveryHost(context, async (host) =>
        checkUnit(context, host, script, placement, await context.ahead?.(host)),
      );
      // `/argo restart` changes no unit: the approver saw its changes when this release was deployed.
      if (describeRequest(request).keepsRelease) return { summary: `${name} is the release's own` };
      const { unitDiff, ...report } = unitReport(target, name, answers);
      return { summary: `${name} ${unitDiff === '' ? same : changed}`, ...report };
    },
    async onlyScript(context) {
      const placement = placementOf(context);
      const name = unitName(context.target, placement.slot);
      return scriptCall(context, script, { ...placement, unit: name });
    },
  };
}
