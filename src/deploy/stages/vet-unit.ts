import { requireFact, unitName } from '../settings/layout.ts';
import { onEveryHost } from '../step/on-every-host.ts';
import type { Stage } from '../step/stage.ts';
import { askUnit, unitReport } from '../host/unit-report.ts';

/** With one unit, what is installed belongs to what users are on: the new one is only looked at until then. */
export const vetUnit: Stage = {
  async run(context) {
    const { target, facts } = context;
    const slot = requireFact(facts, 'slot');
    const unit = unitName(target, slot);
    const release = requireFact(facts, 'release');
    const answers = await onEveryHost(context, (host) =>
      askUnit(context, host, 'vet-unit', { release, slot }),
    );
    const { unitDiff, ...report } = unitReport(target, unit, answers);
    const fine = unitDiff === '' ? 'stays as it is' : 'is fine; installed with the restart';
    return { summary: `${unit} ${fine}`, ...report };
  },
};
