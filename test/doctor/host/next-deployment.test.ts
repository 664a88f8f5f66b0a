import { describe, expect, test } from '@jest/globals';
import type { Observation } from '../../../src/deploy/host/observe.ts';
import { nextDeployment } from '../../../src/doctor/host/next-deployment.ts';
import type { InspectedHost } from '../../../src/doctor/host/inspect-host.ts';
import { targetWith } from '../../support/target.ts';
import { examined, untouched } from '../support/answer.ts';

const target = targetWith();
const host = (
  seen: Partial<Observation>,
  lines: Parameters<typeof examined>[0] = {},
  name = 'host-1',
): InspectedHost => ({
  name,
  part: { title: name, findings: [] },
  inspected: { observation: untouched(seen), examined: examined(lines) },
});
const plan = (...hosts: InspectedHost[]) => {
  const next = nextDeployment(target, hosts);
  return { finding: next?.finding, lines: next?.plans.get('host-1')?.join('\n') ?? '' };
};
const facts = (slots: Observation['facts']['slots'], live?: 'blue' | 'green') => ({
  live,
  slots,
  liveRelease: live && slots[live],
  freeMb: 1,
});

describe('what the first deployment would do', () => {
  test('beside one old service that works in the folder of blue', () => {
    const { finding, lines } = plan(
      host({
        facts: facts({ blue: 'adopted-blue', green: 'adopted-green' }),
        releases: [{ name: 'adopted-green', verdict: 'no-unit' }],
        slotUsers: { blue: ['engine.service'] },
      }),
    );
    expect(finding).toMatchObject({ level: 'ok', text: expect.stringMatching(/goes into green/) });
    expect(lines).toMatch(
      /users are on engine\.service \(port 8000\), which nginx names; it is not touched/,
    );
    expect(lines).toMatch(
      /engine\.service works in \/opt\/engine\/blue, so that folder is left alone/,
    );
    expect(lines).toMatch(/keep \/opt\/engine\/green, .*releases\/adopted-green \(it has no unit/);
    expect(lines).toMatch(
      /write \/etc\/systemd\/system\/engine-green\.service, which is not there/,
    );
    expect(lines).toMatch(
      /engine\.conf \(now 127\.0\.0\.1:8000, .*127\.0\.0\.1:8002.*without a restart/,
    );
    expect(lines).toMatch(
      /a rollback returns to engine\.service \(port 8000\), for as long as it runs/,
    );
  });

  test('with both slots laid out by hand and blue live', () => {
    const { lines } = plan(
      host(
        {
          facts: facts({ blue: 'adopted-blue', green: 'adopted-green' }, 'blue'),
          proxied: ['blue'],
          externalServices: [],
        },
        {
          served: ['127.0.0.1:8001'],
          unit: ['green hand /etc/systemd/system/engine-green.service'],
        },
      ),
    );
    expect(lines).toMatch(
      /users are on blue, laid out by hand: nginx names its port 8001, and engine-blue\.service listens/,
    );
    expect(lines).toMatch(
      /keep \/opt\/engine\/green, laid out by hand, as .*adopted-green with its unit/,
    );
    expect(lines).toMatch(
      /in the place of \/etc\/systemd\/system\/engine-green\.service, made by hand/,
    );
    expect(lines).toMatch(/a rollback returns to adopted-blue in blue/);
  });

  test('on a bare host', () => {
    const { lines } = plan(host({ externalServices: [] }, { served: [] }));
    expect(lines).toMatch(/users are on nothing/);
    expect(lines).toMatch(/make \/opt\/engine\/blue, a link/);
    expect(lines).toMatch(/the first release cannot be rolled back/);
  });
});

test('a later deployment takes the place of the older release', () => {
  const { lines } = plan(
    host(
      { facts: facts({ blue: 'r1', green: 'r2' }, 'green'), externalServices: [] },
      {
        served: ['127.0.0.1:8002'],
        unit: ['blue argo-bot /etc/systemd/system/engine-blue.service'],
      },
    ),
  );
  expect(lines).toMatch(/users are on r2 in green/);
  expect(lines).toMatch(/point \/opt\/engine\/blue to the new release instead of r1/);
  expect(lines).toMatch(/anew where it differs/);
});

test('what a deployment would refuse is refused here, in the same words', () => {
  const { finding, lines } = plan(
    host({ facts: facts({ green: 'r2' }, 'green'), slotUsers: { blue: ['engine.service'] } }),
  );
  expect(finding).toMatchObject({
    level: 'fail',
    text: 'engine.service on host-1 still works in /opt/engine/blue, which the release would replace',
    fix: expect.stringMatching(/systemctl disable --now engine\.service/),
  });
  expect(lines).toBe('');
});

test('hosts that disagree are a failure; those that cannot be asked are left out', () => {
  const other = host({ facts: facts({ blue: 'r1' }, 'blue') }, {}, 'host-2');
  const { finding } = plan(host({ facts: facts({ green: 'r2' }, 'green') }), other);
  expect(finding).toMatchObject({ level: 'fail', text: expect.stringMatching(/disagree/) });
  const away: InspectedHost = { name: 'host-2', part: { title: 'host-2', findings: [] } };
  expect(plan(host({}), away).finding?.level).toBe('ok');
  expect(nextDeployment(target, [away])).toBeUndefined();
});
