import type { Trouble } from '../workspace/backstage.ts';
import { type FaultSwitches, noFaults } from '../workspace/faults.ts';
import type { Workspace } from '../workspace/workspace.ts';

const group = 'Slack';

export function brokenSlack({ faults }: Workspace): Trouble[] {
  const { apiDown, socketsDown, retryAfter, deliverTwice } = noFaults;
  const standing = (
    words: Pick<Trouble, 'id' | 'label' | 'verb' | 'about'>,
    broken: Partial<FaultSwitches>,
    mended: Partial<FaultSwitches>,
  ): Trouble => ({
    ...words,
    group,
    strike: async () => faults.set(broken),
    mend: async () => faults.set(mended),
  });
  return [
    {
      id: 'slack-away',
      verb: 'Take away',
      group,
      label: 'Slack away',
      about: 'deployments go on; the thread catches up',
      async strike() {
        faults.set({ apiDown: true, socketsDown: true });
        faults.dropSockets();
      },
      mend: async () => faults.set({ apiDown, socketsDown }),
    },
    standing(
      {
        id: 'slack-limited',
        label: '429 to everything',
        verb: 'Limit',
        about: 'with Retry-After: 5',
      },
      { retryAfter: 5 },
      { retryAfter },
    ),
    standing(
      {
        id: 'slack-twice',
        label: 'All delivered twice',
        verb: 'Double',
        about: 'every command and click arrives twice',
      },
      { deliverTwice: true },
      { deliverTwice },
    ),
    {
      id: 'slack-refreshed',
      verb: 'Refresh',
      group,
      label: 'Sockets refreshed',
      about: 'as Slack does every few hours',
      strike: async () => faults.disconnect('refresh_requested'),
    },
    {
      id: 'slack-failing',
      verb: 'Fail',
      group,
      label: '500 after a post',
      about: 'the next message stands there, and the bot is told 500',
      strike: async () => faults.set({ failAfterPost: 1 }),
    },
  ];
}
