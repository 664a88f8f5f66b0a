import { known, unitName } from '../layout.ts';
import { onEveryHost, runScript } from '../on-every-host.ts';
import type { Stage } from '../stage.ts';

export const unit: Stage = {
  name: 'unit',
  title: 'Service definition ready',
  on: 'every-host',
  changes: true,
  timeoutMs: 60_000,
  async run(context) {
    const { target, facts } = context;
    const slot = known(facts, 'slot');
    const diffs = await onEveryHost(context, async (host) => {
      const answer = await runScript(context, host, 'install-unit', {
        release: known(facts, 'release'),
        slot,
        unit: unitName(target, slot),
      });
      return answer.values('diff').join('\n');
    });
    const unitDiff = Object.values(diffs).find((diff) => diff !== '') ?? '';
    return {
      summary: `${unitName(target, slot)} ${unitDiff === '' ? 'is unchanged' : 'installed'}`,
      facts: { unitDiff },
    };
  },
};
