import { known, unitName } from '../layout.ts';
import { onEveryHost } from '../on-every-host.ts';
import type { Stage } from '../stage.ts';
import { askUnit, unitReport } from '../unit-report.ts';

/** Before an early approval: what would be installed, without asking systemd, since its programs are not there yet. */
export const showUnit: Stage = {
  name: 'show-unit',
  title: 'Service definition compared',
  noun: 'comparison of the service definition',
  changes: true,
  timeoutMs: 60_000,
  async run(context) {
    const { target, facts } = context;
    const slot = known(facts, 'slot');
    const release = known(facts, 'release');
    const unit = unitName(target, slot);
    const answers = await onEveryHost(context, (host) =>
      askUnit(context, host, 'show-unit', { release, slot }),
    );
    const { unitDiff, ...report } = unitReport(target, unit, answers);
    return { summary: `${unit} ${unitDiff === '' ? 'is unchanged' : 'changes'}`, ...report };
  },
};
