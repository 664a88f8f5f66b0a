import type { DelayProxy } from '../host/delay-proxy.ts';
import type { Trouble } from '../workspace/backstage.ts';

const SLOW_MS = 250;
const group = 'Link to the host';

/** Of the SSH connection; users reach the service all the time. */
export function brokenLinks(link: DelayProxy): Trouble[] {
  const mend = async (): Promise<void> => link.restore();
  return [
    {
      id: 'link-cut',
      group,
      label: 'Link cut',
      verb: 'Cut',
      about: 'connections are reset, new ones refused',
      strike: async () => link.cut(),
      mend,
    },
    {
      id: 'link-frozen',
      group,
      label: 'Link frozen',
      verb: 'Freeze',
      about: 'nothing gets through, and nobody is told',
      strike: async () => link.freeze(),
      mend,
    },
    {
      id: 'link-slow',
      group,
      label: 'Link slow',
      verb: 'Slow',
      about: `${2 * SLOW_MS} ms a round trip`,
      strike: async () => link.setDelay(SLOW_MS),
      mend: async () => link.setDelay(0),
    },
  ];
}
