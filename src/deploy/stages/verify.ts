import { known } from '../layout.ts';
import { agreed, onEveryHost, runScript } from '../on-every-host.ts';
import type { Stage } from '../stage.ts';

export const verify: Stage = {
  name: 'verify',
  title: 'Upload verified',
  on: 'every-host',
  changes: true,
  timeoutMs: 120_000,
  async run(context) {
    const { target, facts } = context;
    const counts = await onEveryHost(context, async (host) => {
      const answer = await runScript(context, host, 'verify', {
        release: known(facts, 'release'),
        user: target.settings.unit.user,
        config: target.settings.config?.target ?? '',
      });
      return answer.value('files');
    });
    return { summary: `${agreed(counts)} files have the right sha256` };
  },
};
