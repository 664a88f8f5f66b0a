import { known, unitName } from '../layout.ts';
import { onEveryHost } from '../on-every-host.ts';
import type { Stage } from '../stage.ts';
import { askUnit, unitReport } from '../unit-report.ts';

/** With one unit, what is installed belongs to what users are on: the new one is only looked at until then. */
export const vetUnit: Stage = {
  name: 'unit',
  title: 'Service definition ready',
  noun: 'service definition',
  changes: true,
  timeoutMs: 60_000,
  async run(context) {
    const { target, facts } = context;
    const slot = known(facts, 'slot');
    const unit = unitName(target, slot);
    const release = known(facts, 'release');
    const answers = await onEveryHost(context, (host) =>
      askUnit(context, host, 'vet-unit', { release, slot }),
    );
    const { unitDiff, ...report } = unitReport(target, unit, answers);
    const fine = unitDiff === '' ? 'stays as it is' : 'is fine; installed with the restart';
    return { summary: `${unit} ${fine}`, ...report };
  },
};
