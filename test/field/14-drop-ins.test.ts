import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { deploy, shownBy } from '../../faults/deploy.ts';
import { openWorld, type World } from '../../faults/world.ts';
import { describeOnHosts } from '../sandbox/host/on-hosts.ts';

const etc = '/etc/systemd/system';
const lib = '/usr/lib/systemd/system';

/** A file below a folder of drop-ins, with its settings. */
const dropin = (path: string, ...lines: string[]): string =>
  `mkdir -p "$(dirname ${path})"; printf '%s\\n' ${lines.map((line) => `'${line}'`).join(' ')} >${path}`;

describeOnHosts('what changes a unit beside its own file', () => {
  let world: World;

  /** The drop-ins that the card tells of, each with what it sets; nothing goes live. */
  const told = async (goesLive = false) => {
    const { events } = await deploy(world, {}, goesLive);
    return shownBy(events)
      .filter(({ stage }) => stage === 'unit')
      .flatMap(({ text }) => {
        const found = /^host-1: the drop-in (\S+) sets (.*) for (\S+)\. argo-bot /.exec(text);
        return found ? [`${found[1]} changes ${found[3]}: ${found[2]}`] : [];
      })
      .toSorted();
  };

  beforeAll(async () => {
    world = await openWorld({ watch: { checks: 2, interval_seconds: 0.2 } });
  });
  afterAll(() => world.stop());

  test('is nothing on a host without any, or with one that sets nothing', async () => {
    await world.onHost(
      dropin(`${etc}/argo-trading-.service.d/empty.conf`, '# nothing', '[Service]'),
    );
    expect(await told()).toEqual([]);
  });

  test('is found for a unit that is not installed yet, by every name that systemd looks under', async () => {
    await world.onHost(`${dropin(`${etc}/argo-trading-.service.d/limits.conf`, '[Service]', 'LimitNOFILE=512', 'Nice=3')}
${dropin('/run/systemd/system/service.d/all.conf', '[Service]', 'CPUWeight=50')}
${dropin(`${lib}/argo-.service.d/vendor.conf`, '[Unit]', 'Documentation=man:x')}
${dropin(`${etc}.control/argo-trading-blue.service.d/50-x.conf`, '[Service]', 'TasksMax=900')}
${dropin(`${lib}/argo-trading-blue.service.d/hidden.conf`, '[Service]', 'Nice=4')}
ln -s /dev/null ${etc}/argo-trading-blue.service.d/hidden.conf 2>/dev/null ||
  { mkdir -p ${etc}/argo-trading-blue.service.d; ln -s /dev/null ${etc}/argo-trading-blue.service.d/hidden.conf; }
${dropin(`${etc}/argo-trading.service.d/other.conf`, '[Service]', 'Nice=5')}
${dropin(`${etc}/argo-trading-green.service.d/other.conf`, '[Service]', 'Nice=6')}`);
    expect(await told()).toEqual([
      `${etc}.control/argo-trading-blue.service.d/50-x.conf changes argo-trading-blue.service: TasksMax`,
      `${etc}/argo-trading-.service.d/limits.conf changes argo-trading-blue.service: LimitNOFILE, Nice`,
      '/run/systemd/system/service.d/all.conf changes argo-trading-blue.service: CPUWeight',
      `${lib}/argo-.service.d/vendor.conf changes argo-trading-blue.service: Documentation`,
    ]);
  });

  test('is what systemd itself says of the unit once it runs', async () => {
    const card = await told(true);
    const said = await world.onHost(
      'systemctl show -p DropInPaths --value argo-trading-blue.service | tr " " "\\n"',
    );
    const inForce = said.trim().split('\n');
    expect(card.map((line) => line.split(' ')[0])).toEqual(
      inForce.filter((path) => !/(?:empty|hidden|zz-argo-bot)\.conf$/.test(path)).toSorted(),
    );
  });

  test('is found for the other slot before systemd has read it', async () => {
    await world.onHost(
      dropin(`${etc}/argo-trading-green.service.d/unread.conf`, '[Service]', 'Nice=7'),
    );
    const card = await told();
    expect(card).toContain(
      `${etc}/argo-trading-green.service.d/unread.conf changes argo-trading-green.service: Nice`,
    );
    expect(card).toContain(
      `${etc}/argo-trading-green.service.d/other.conf changes argo-trading-green.service: Nice`,
    );
    expect(card.join()).not.toContain('argo-trading-blue.service.d');
  });
});
