import { StageFailed } from '../errors.ts';
import { known } from '../layout.ts';
import { observe } from '../observe.ts';
import { onEveryHost, runScript } from '../on-every-host.ts';
import type { Stage } from '../stage.ts';

/** Minutes may lie between what was shown to the approver and now: if the hosts moved, the approval is void. */
export const recheck: Stage = {
  name: 'recheck',
  title: 'Still as approved',
  on: 'every-host',
  changes: true,
  timeoutMs: 60_000,
  async run(context) {
    const { facts } = context;
    const slot = known(facts, 'slot');
    const release = known(facts, 'release');
    await onEveryHost(context, async (host) => {
      await runScript(context, host, 'claim');
      const now = (await observe(context, host)).facts;
      const shown = known(facts, 'hosts')[host.name];
      const moved = [
        ...(now.live === shown?.live
          ? []
          : [`live slot is ${now.live ?? 'none'}, was ${shown?.live ?? 'none'}`]),
        ...(now.liveRelease === shown?.liveRelease
          ? []
          : [`live release is ${now.liveRelease ?? 'none'}, was ${shown?.liveRelease ?? 'none'}`]),
        ...(now.slots[slot] === release
          ? []
          : [`slot ${slot} holds ${now.slots[slot] ?? 'nothing'}, expected ${release}`]),
      ];
      if (moved.length === 0) return;
      throw new StageFailed(
        `${host.name} has changed since the approval was asked: ${moved.join('; ')}`,
        {
          code: 'drift',
          host: host.name,
          next: 'No traffic was moved. Find out who changed the host, then deploy again.',
        },
      );
    });
    return { summary: 'hosts are as they were shown' };
  },
};
