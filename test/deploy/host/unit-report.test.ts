import { describe, expect, test } from '@jest/globals';
import { unit, vetUnit } from '../../../src/deploy/stages/unit.ts';
import { createMemoryWorld } from '../../support/memory-ports.ts';
import { stageContext } from '../../support/stage-context.ts';
import { oneUnit, targetWith } from '../../support/target.ts';

const RELEASE = '20261123-160249-1a2b3c4';
const ran = async (says: Record<string, string[]>, settings: object = {}) => {
  const hosts = Object.keys(says);
  const world = createMemoryWorld({ hosts });
  for (const host of world.hosts) host.on['install-unit'] = () => says[host.name];
  const own = { exec_start: 'x', ...settings };
  const target = targetWith({ hosts, service: { unit: own } });
  const facts = { release: RELEASE, slot: 'green' as const };
  return unit.run(stageContext(world, { target, facts }));
};

const diff = (from: string, to: string, ...more: string[]) => [
  'diff\t@@ -2,6 +2,6 @@',
  'diff\t [Unit]',
  `diff\t-Description=engine (${from})`,
  `diff\t+Description=engine (${to})`,
  `diff\t-WorkingDirectory=/opt/engine/${from}`,
  `diff\t-Environment="ARGO_SLOT=${from}"`,
  `diff\t-ExecStart=/opt/engine/${from}/.argo/venv/bin/python main.py`,
  `diff\t+WorkingDirectory=/opt/engine/${to}`,
  `diff\t+Environment="ARGO_SLOT=${to}"`,
  `diff\t+ExecStart=/opt/engine/${to}/.argo/venv/bin/python main.py`,
  ...more,
];

const vetted = async (lines: string[]) => {
  const world = createMemoryWorld();
  world.host.on['vet-unit'] = () => lines;
  const target = targetWith({ environment: { ...oneUnit, root: '/opt/engine' } });
  const facts = { release: RELEASE, slot: 'green' as const };
  const { facts: found } = await vetUnit.run(stageContext(world, { target, facts }));
  return found?.unitDiff ?? '';
};

describe('what the card says of a unit', () => {
  test('nothing if one unit differs only in the folder of its release', async () => {
    expect(await vetted(diff('blue', 'green'))).toBe('');
    expect(await vetted(diff('green', 'blue'))).toBe('');
    const more = await vetted(diff('blue', 'green', 'diff\t+MemoryMax=4G'));
    expect(more).toContain('+MemoryMax=4G');
    expect(await vetted(['diff\t-Nice=5', 'diff\t+Nice=6'])).toContain('+Nice=6');
  });

  test('the score of the host where it is worst', async () => {
    const { facts } = await ran({
      'host-1': ['score\t3.3', 'score_before\t9.2'],
      'host-2': ['score\t4.1', 'score_before\t4.1'],
      'host-3': [],
    });
    expect(facts?.exposure).toEqual({ now: 4.1, before: 4.1 });
    expect((await ran({ 'host-1': [] })).facts).toEqual({ unitDiff: '' });
  });

  test('what somebody has edited by hand, and what becomes of it', async () => {
    const { warnings } = await ran({
      'host-1': [
        'edited\tengine-green.service -MemoryMax=2G',
        'edited\tengine-green.service +MemoryMax=4G',
        'edited\tengine-blue.service +Nice=5',
        'dropin\t/etc/systemd/system/engine-green.service.d/override.conf',
      ],
    });
    expect(warnings).toEqual([
      'somebody edited engine-green.service by hand on host-1 (MemoryMax=2G became MemoryMax=4G). This deployment removes the edit. To keep it, press Reject, put it into argo.yml, restart argo-bot and deploy again.',
      'somebody edited engine-blue.service by hand on host-1 (added Nice=5). The new release does not have this edit. To keep it, press Reject, put it into argo.yml, restart argo-bot and deploy again.',
      'host-1: the drop-in /etc/systemd/system/engine-green.service.d/override.conf changes engine-green.service. argo-bot does not manage it. To keep it, put it into argo.yml; otherwise delete the file',
    ]);
  });

  test('what systemd reads past, unless it is merely older than our own lines', async () => {
    const says = [
      "remark\tline 12: Unknown key 'MemryMax' in section [Service], ignoring.",
      "remark\tline 20: Unknown lvalue 'ProtectClock' in section 'Service'",
    ];
    const { warnings } = await ran({ 'host-1': says, 'host-2': says });
    expect(warnings).toEqual([
      'host-1, host-2: systemd does not know the setting MemryMax (line 12 of engine-green.service) and ignores it, so it has no effect. Correct its spelling in argo.yml, or remove it.',
    ]);
    const asked = await ran({ 'host-1': says }, { options: { ProtectClock: true } });
    expect(asked.warnings).toHaveLength(2);
    const other = await ran({ 'host-1': ['remark\tline 9: Missing value, ignoring.'] });
    expect(other.warnings).toEqual([
      'host-1: systemd warns about engine-green.service: line 9: Missing value, ignoring.',
    ]);
  });

  test('a unit that would not start is refused with all that is wrong, and what to do', async () => {
    const says = [
      'problem\tWorkingDirectory names /opt/engine/green/green, which does not exist. Did you mean /opt/engine/green?',
      'problem\tExecStart names /usr/bin/pyhton3, which does not exist. Did you mean /usr/bin/python3?',
    ];
    await expect(ran({ 'host-1': says })).rejects.toMatchObject({
      code: 'unit-refused',
      host: 'host-1',
      message: `engine-green.service would not start on host-1. ${says.map((line) => line.slice(8)).join('\n')}`,
      next: 'correct `unit` in argo.yml and restart argo-bot. Then `/argo deploy`.',
    });
  });

  test.each([
    [
      'WorkingDirectory names /srv/data, which does not exist',
      'on host-1, create it: `sudo install -d -o engine /srv/data`. Then `/argo retry`.',
    ],
    [
      'EnvironmentFile names /etc/engine.env, which does not exist',
      'on host-1, create it: `sudoedit /etc/engine.env`. Then `/argo retry`.',
    ],
    ['ExecStart names /usr/bin/node, which does not exist', 'correct `unit` in argo.yml'],
    ['WorkingDirectory names /srv/$(id), which does not exist', 'correct `unit` in argo.yml'],
  ])('the next step after "%s" creates what a person can create', async (says, next) => {
    await expect(ran({ 'host-1': [`problem\t${says}`] })).rejects.toMatchObject({
      next: expect.stringContaining(next),
    });
  });

  test('that the service is root, when argo.yml says so', async () => {
    const { warnings } = await ran({ 'host-1': [], 'host-2': [] }, { user: 'root' });
    expect(warnings).toEqual([expect.stringContaining('the service runs as root')]);
  });
});
