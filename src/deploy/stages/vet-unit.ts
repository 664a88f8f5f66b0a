// Does the stage that has systemd check the new unit without installing it (strategy: restart).
import { requireFact } from '../record/facts.ts';
import { unitName } from '../settings/layout.ts';
import { onEveryHost } from '../step/on-every-host.ts';
import type { Stage } from '../step/stage.ts';
import { checkUnit, unitReport } from '../host/unit-report.ts';

/** The installed unit belongs to the live release until the restart. */
export const vetUnit: Stage = {
  async run(context) {
    const { target, facts } = context;
    const slot = requireFact(facts, 'slot');
    const unit = unitName(target, slot);
    const release = requireFact(facts, 'release');
    const answers = await onEveryHost(context, (host) =>
      checkUnit(context, host, 'vet-unit', { release, slot }),
    );
    const { unitDiff, ...report } = unitReport(target, unit, answers);
    const fine = unitDiff === '' ? 'stays as it is' : 'is fine; installed with the restart';
    return { summary: `${unit} ${fine}`, ...report };
  },
};
