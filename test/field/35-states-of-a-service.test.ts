// Kind 35: a service that systemd did not start, that ended, or that waits; people must read what it does and why.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { deploy, type Stop, stopOf } from '../../faults/deploy.ts';
import { openWorld, type World } from '../../faults/world.ts';
import { commit } from '../../sandbox/engine/repository.ts';
import { describeOnHosts } from '../sandbox/host/on-hosts.ts';

const serves = '{venv}/bin/python -m uvicorn main:app --host 127.0.0.1 --port {port}';
const sh = (text: string): string => `/bin/sh -c '${text}'`;
const unit = 'argo-trading-green.service';

interface Told extends Pick<Stop, 'stage' | 'code'> {
  message: RegExp;
  next: RegExp;
}
type Row = [name: string, settings: Record<string, unknown>, told: Told];

const ended = { stage: 'health', code: 'unhealthy' };
const dies = { stage: 'health', code: 'service-dies' };
const unstarted = { stage: 'start', code: 'not-started' };

const rows: Row[] = [
  [
    'a long RestartSec=',
    {
      exec_start: sh('echo "INFO calendar loaded"; echo "ERROR no calendar" >&2; exit 7'),
      options: { RestartSec: '90' },
    },
    {
      ...dies,
      message:
        /ended with exit status 7 on host-1\. systemd starts it again only after 90 s \(RestartSec\), but it must be healthy within 12 s\n.*ERROR no calendar$/,
      next: /^fix what the log shows/,
    },
  ],
  [
    'an end with 0 and Restart=on-failure',
    { exec_start: sh('echo "INFO nothing to do"'), options: { Restart: 'on-failure' } },
    {
      ...ended,
      message: /ended by itself on host-1 \(exit status 0\)\n.*INFO nothing to do$/,
      next: /^let the command in ExecStart run until the service is stopped/,
    },
  ],
  [
    'an end with 0 and a long RestartSec=',
    { exec_start: sh('exit 0'), options: { RestartSec: '90' } },
    {
      ...ended,
      message: /ended by itself on host-1 \(exit status 0\)\. systemd starts it again only after/,
      next: /^let the command in ExecStart run until the service is stopped/,
    },
  ],
  [
    'an ExecCondition= that is not met',
    { exec_start: serves, options: { ExecCondition: '/bin/false' } },
    {
      ...ended,
      message: /was not started on host-1, because a condition of its unit is not met\n/,
      next: /`systemctl status argo-trading-green\.service` names the condition/,
    },
  ],
  [
    'a crash after more lines than are read',
    {
      exec_start: sh('seq 1 900; echo "ERROR no calendar"; exit 7'),
      options: { Restart: 'no' },
    },
    {
      ...dies,
      message: /failed on host-1 \(exit status 7\)\n.*ERROR no calendar$/,
      next: /^fix what the log shows/,
    },
  ],
  [
    'Type=notify without READY',
    { exec_start: serves, options: { Type: 'notify', TimeoutStartSec: '3' } },
    {
      ...unstarted,
      message:
        /service did not report within 3s that it is ready \(Type=notify\)\n[^]*Uvicorn running on[^\n]*$/,
      next: /^if it needs longer, raise TimeoutStartSec in its unit\. If it never sends READY=1/,
    },
  ],
  [
    'Type=notify that ends with 0',
    { exec_start: sh('echo "INFO nothing to do"'), options: { Type: 'notify' } },
    {
      ...unstarted,
      message:
        /service ended before it reported that it is ready \(Type=notify\)\n.*nothing to do$/,
      next: /^fix what the log shows/,
    },
  ],
  [
    'Type=notify that crashes',
    { exec_start: sh('echo "ERROR no calendar"; exit 3'), options: { Type: 'notify' } },
    {
      ...unstarted,
      message: /service did not start: it ended with exit status 3\n.*ERROR no calendar$/,
      next: /^fix what the log shows/,
    },
  ],
  [
    'Type=forking that stays in the foreground',
    { exec_start: serves, options: { Type: 'forking', TimeoutStartSec: '3' } },
    {
      ...unstarted,
      message: /service did not go into the background within 3s \(Type=forking\)\n/,
      next: /^set Type=exec in its unit/,
    },
  ],
  [
    'an ExecStartPre= that fails',
    {
      exec_start: serves,
      options: { ExecStartPre: ['/bin/true', sh('echo "no such table" >&2; exit 4')] },
    },
    {
      ...unstarted,
      message:
        /service did not start: its ExecStartPre ended with exit status 4: `\/bin\/sh -c echo "no such table".*`\n.*no such table$/,
      next: /^fix what the log shows/,
    },
  ],
  [
    'an ExecStartPre= that hangs',
    { exec_start: serves, options: { ExecStartPre: '/bin/sleep 60', TimeoutStartSec: '3' } },
    {
      ...unstarted,
      message: /service did not start: its ExecStartPre did not end within 3s/,
      next: /^make it end sooner, or raise TimeoutStartSec/,
    },
  ],
  [
    'an ExecStartPost= that fails, with a log of its own',
    {
      exec_start: serves,
      options: {
        // The line that ends the log in the answer of argo-bot's script must not end it here.
        ExecStartPost: sh('echo "== not started" >&2; echo "no cache" >&2; exit 5'),
        StandardError: 'append:/var/log/engine/%N.log',
      },
    },
    {
      ...unstarted,
      message:
        /service did not start: its ExecStartPost ended with exit status 5: .*\n[^]*no cache/,
      next: /^fix what the log shows/,
    },
  ],
];

describeOnHosts('a service that does not serve', () => {
  let world: World;

  beforeAll(async () => {
    world = await openWorld({
      watch: { checks: 2, interval_seconds: 0.2 },
      service: { health: { path: '/api/v1/health', status: 'status', timeout_seconds: 12 } },
    });
    await world.onHost(`id trading >/dev/null 2>&1 || useradd --system trading
install -d -o trading /var/log/engine`);
    expect((await deploy(world)).line).toMatch(/^✅/u);
    await commit(world.scene.repository, { message: 'Note it', files: { 'notes.txt': 'x\n' } });
  });
  afterAll(() => world.stop());

  const failing = async (settings: Record<string, unknown> = {}) => {
    const changes = Object.entries(settings).map(([key, value]) => [`unit.${key}`, value]);
    const undo = await world.configure(Object.fromEntries(changes));
    const { line, events } = await deploy(world, {}, false);
    await undo();
    const failure = events.find((event) => event.type === 'stage-failed')?.failure;
    const first = failure?.message.split('\n')[0];
    expect(first).toMatch(new RegExp(`^${unit}`));
    expect(failure?.log).not.toContain(first);
    return { line, ...stopOf(events), next: failure?.next };
  };

  test.each(rows)('%s', async (_, settings, { message, next, ...stop }) => {
    const found = await failing(settings);
    expect(found).toMatchObject(stop);
    expect(found.message).toMatch(message);
    expect(found.next).toMatch(next);
    expect(found.line).not.toMatch(/correct this|is stopped/);
  });

  test('a condition of a drop-in that is not met', async () => {
    const folder = `/etc/systemd/system/${unit}.d`;
    await world.onHost(`mkdir -p ${folder}
printf '[Unit]\nConditionPathExists=/var/lib/engine/ready\n' >${folder}/ready.conf`);
    const found = await failing();
    await world.onHost(`rm -r ${folder}; systemctl daemon-reload`);
    expect(found).toMatchObject(ended);
    expect(found.message).toMatch(
      /was not started on host-1, because a condition of its unit is not met\n.*ready/,
    );
  });

  test('a crash that leaves a process behind, which keeps the port and answers', async () => {
    const undo = await world.configure({
      'unit.exec_start': sh(`${serves} & until [ -e /run/leave ]; do sleep 0.1; done; exit 3`),
      'unit.options': { Restart: 'no', KillMode: 'process' },
    });
    const meanwhile = async () =>
      void (await world.onHost(
        `touch /run/leave; until systemctl -q is-failed ${unit}; do sleep 0.1; done`,
      ));
    const { events } = await deploy(world, { meanwhile });
    await undo();
    await world.onHost('rm /run/leave; pkill -f "port 8002" || true');
    const { message, ...stop } = stopOf(events) ?? {};
    expect(stop).toMatchObject({ stage: 'recheck', code: 'died-since' });
    expect(message).toMatch(
      /service failed on host-1 after its health was checked \(exit status 3\)\. A process that it left behind still answers/,
    );
  });
});
