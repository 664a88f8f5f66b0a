// Does the stage that compares the unit before an early approval, without asking systemd.
import { requireFact } from '../record/facts.ts';
import { unitName } from '../settings/layout.ts';
import { onEveryHost } from '../step/on-every-host.ts';
import type { Stage } from '../step/stage.ts';
import { checkUnit, unitReport } from '../host/unit-report.ts';

/** systemd would reject programs that are not on the host yet. */
export const showUnit: Stage = {
  async run(context) {
    const { target, facts } = context;
    const slot = requireFact(facts, 'slot');
    const release = requireFact(facts, 'release');
    const unit = unitName(target, slot);
    const answers = await onEveryHost(context, (host) =>
      checkUnit(context, host, 'show-unit', { release, slot }),
    );
    const { unitDiff, ...report } = unitReport(target, unit, answers);
    return { summary: `${unit} ${unitDiff === '' ? 'is unchanged' : 'changes'}`, ...report };
  },
};
