import { known, unitName } from '../layout.ts';
import { onEveryHost } from '../on-every-host.ts';
import type { Stage } from '../stage.ts';
import { askUnit, unitReport } from '../unit-report.ts';

export const unit: Stage = {
  name: 'unit',
  title: 'Service definition ready',
  noun: 'service definition',
  changes: true,
  timeoutMs: 60_000,
  async run(context) {
    const { target, facts } = context;
    const slot = known(facts, 'slot');
    const release = known(facts, 'release');
    const name = unitName(target, slot);
    const answers = await onEveryHost(context, (host) =>
      askUnit(context, host, 'install-unit', { release, slot }),
    );
    // The release has shown its changes when it was deployed.
    if (context.request.plan === 'restart') return { summary: `${name} is the release's own` };
    const { unitDiff, ...report } = unitReport(target, name, answers);
    return { summary: `${name} ${unitDiff === '' ? 'is unchanged' : 'installed'}`, ...report };
  },
};
