import type { TestHost } from '../host/host.ts';
import type { Trouble } from '../workspace/backstage.ts';

const group = 'Service and host';

/** To be sent to the host: the unit that users are on. */
const live = `set -eu
unit=argo-trading-$(cat /opt/argo-trading/.current_color).service`;

export function brokenServices(host: TestHost): Trouble[] {
  let slowed = '';
  const onHost = async (script: string): Promise<string> => {
    const { code, stdout, stderr } = await host.exec(script);
    if (code !== 0) throw new Error(stderr.trim() || 'nothing is live yet');
    return stdout.trim();
  };
  const quota = (unit: string, most: string) =>
    onHost(`systemctl set-property --runtime ${unit} CPUQuota=${most}`);
  return [
    {
      id: 'service-slow',
      verb: 'Slow',
      group,
      label: 'Live service slow',
      about: 'two hundredths of a processor are left to it',
      async strike() {
        slowed = await onHost(`${live}; echo "$unit"`);
        await quota(slowed, '2%');
        return `${slowed} may use 2 % of a processor`;
      },
      mend: async () => void (await quota(slowed, '')),
    },
    {
      id: 'service-killed',
      verb: 'Kill',
      group,
      label: 'Live service killed',
      about: 'systemd starts it again; a watch counts that',
      strike: async () =>
        `${await onHost(`${live}; systemctl kill --signal=KILL "$unit"; echo "$unit"`)} was killed`,
    },
    {
      id: 'host-crash',
      verb: 'Cut',
      group,
      label: 'Power of the host',
      about: 'the host goes off and boots again; users get nothing meanwhile',
      async strike() {
        await host.reboot('crash');
        return `${host.name} is up again`;
      },
    },
  ];
}
