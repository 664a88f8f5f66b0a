// Does the stage that installs the release's unit in the idle slot.
import { requireFact } from '../record/facts.ts';
import { describeRequest } from '../record/requests.ts';
import { unitName } from '../settings/layout.ts';
import { onEveryHost } from '../step/on-every-host.ts';
import type { Stage } from '../step/stage.ts';
import { checkUnit, unitReport } from '../host/unit-report.ts';

export const unit: Stage = {
  async run(context) {
    const { target, facts } = context;
    const slot = requireFact(facts, 'slot');
    const release = requireFact(facts, 'release');
    const name = unitName(target, slot);
    const answers = await onEveryHost(context, (host) =>
      checkUnit(context, host, 'install-unit', { release, slot }),
    );
    // The approver saw the unit's changes when this release was deployed.
    if (describeRequest(context.request).keepsRelease)
      return { summary: `${name} is the release's own` };
    const { unitDiff, ...report } = unitReport(target, name, answers);
    return { summary: `${name} ${unitDiff === '' ? 'is unchanged' : 'installed'}`, ...report };
  },
};
