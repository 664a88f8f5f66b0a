import { expect, test } from '@jest/globals';
import { describeOnHosts } from '../sandbox/host/on-hosts.ts';
import { untilOnHost } from '../support/until.ts';
import { onHost, put } from './support/on-host.ts';

const root = '/srv/engine';
const upstream = '/etc/nginx/conf.d/argo-trading-upstream.conf';
const guard = 'argo-guard-engine-production.service';

/** Answers as the file beside it says, so that a test can make it ill while it runs. */
const serve = `import http.server, json, pathlib, sys
class Health(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        said = pathlib.Path(sys.argv[2]).read_text().strip()
        self.send_response(503 if said == "unhealthy" else 200)
        self.end_headers()
        self.wfile.write(json.dumps({"status": said}).encode())
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Health).serve_forever()
`;
const slots = [
  ['blue', 8001, 'r1'],
  ['green', 8002, 'r2'],
] as const;

const laidOut = `set -e
systemctl stop ${guard} engine-blue engine-green 2>/dev/null || true
rm -rf ${root} /etc/systemd/system/${guard} /etc/systemd/system/multi-user.target.wants/${guard}
${slots
  .map(
    ([slot, port, release]) => `${put(`${root}/releases/${release}/serve.py`, serve)}
mkdir -p ${root}/releases/${release}/.argo ${root}/state
ln -sfn releases/${release} ${root}/${slot}
echo healthy > ${root}/${slot}.health
${put(
  `/etc/systemd/system/engine-${slot}.service`,
  `[Service]\nExecStart=/usr/bin/python3 ${root}/${slot}/serve.py ${port} ${root}/${slot}.health\n`,
)}`,
  )
  .join('\n')}
echo blue > ${root}/.current_color
printf 'upstream argo_trading { server 127.0.0.1:8001; }\\n' > ${upstream}
systemctl daemon-reload
systemctl restart nginx engine-blue engine-green
for port in 8001 8002; do until curl -so /dev/null 127.0.0.1:$port; do sleep 0.05; done; done
`;

describeOnHosts('the guard that stays on a host', () => {
  const place = {
    root,
    strategy: 'proxy',
    port_blue: 8001,
    port_green: 8002,
    unit_blue: 'engine-blue.service',
    unit_green: 'engine-green.service',
    upstream_file: upstream,
  };
  const there = onHost({ given: place, each: laidOut });
  const { run, on } = there;
  const colour = () => on(`cat ${root}/.current_color`);
  /** Nothing of it is to be found, neither now nor at the next start of the host. */
  const nothingLeft = async () => {
    expect(await on(`find /etc/systemd /run/systemd ${root}/state -name '*guard*'`)).toBe('');
    expect(await on(`systemctl list-units --all --plain --no-legend 'argo-guard*'`)).toBe('');
  };
  const stands = () => on(`systemctl is-active ${guard} || true`);
  const move = (more: Record<string, string | number> = {}) =>
    run('switch', {
      to: 'green',
      release: 'r2',
      port: 8002,
      unit: 'engine-green.service',
      upstream: 'argo_trading',
      guard,
      return_slot: 'blue',
      return_release: 'r1',
      return_port: 8001,
      return_unit: 'engine-blue.service',
      url: 'http://127.0.0.1:8002/health',
      return_url: 'http://127.0.0.1:8001/health',
      path: 'status',
      well: JSON.stringify({ healthy: ['healthy'], degraded: ['degraded'] }),
      return_well: JSON.stringify({ healthy: ['healthy'], degraded: ['degraded'] }),
      headers: '{}',
      answer_seconds: 3,
      python: '/usr/bin/python3',
      stop_seconds: 1,
      silence: 2,
      starts: 2,
      lasts: 60,
      ...more,
    });
  const moved = async (more: Record<string, string | number> = {}) => {
    expect((await move(more)).value('armed')).toBe('yes');
    expect(await colour()).toBe('green');
  };
  const say = (slot: string, health: string) => on(`echo ${health} > ${root}/${slot}.health`);
  const look = () =>
    run('slot-state', { slot: 'green', unit: 'engine-green.service', lines: 0, heard: 'yes' });
  /** Longer than the guard waits, and looks, before it acts. */
  const silentFor = (seconds: number) =>
    untilOnHost(async () => {
      const ages = `echo $(($(cut -d. -f1 /proc/uptime) - $(cat ${root}/state/guard/heard)))`;
      return Number(await on(ages)) > seconds;
    });

  test('goes back when the release is ill and nobody has been heard of, and says so', async () => {
    await moved();
    await say('green', 'unhealthy');
    await untilOnHost(async () => (await colour()) === 'blue');
    expect(await on(`grep -c 8001 ${upstream}`)).toBe('1');
    await untilOnHost(async () => (await stands()) === 'inactive');
    expect(await on(`cat ${root}/releases/r2/.argo/verdict`)).toBe('bad');
    expect(await on(`grep -c guard-return ${root}/state/journal.jsonl`)).toBe('2');
    const returned = (await look()).value('guard_returned');
    expect(returned).toMatch(/^\d{4}-\d\d-\d\dT/);
    // Whoever repeats an interrupted switch learns it, too, and only he whose switch it was.
    expect((await move()).value('returned')).toBe(returned);
    expect(await colour()).toBe('blue');
    const other = await run('slot-state', {
      deployment: 'd-2',
      slot: 'green',
      unit: 'engine-green.service',
      lines: 0,
    });
    expect(other.maybe('guard_returned')).toBeUndefined();
    await run('verdict', { release: 'r2', verdict: 'bad' });
    await nothingLeft();
  });

  test('asks as the user of the service, because others may change the interpreter', async () => {
    await on(`id -u trading >/dev/null 2>&1 || useradd --system trading
install -m 666 /dev/null /tmp/asked
${put('/opt/python-of-others', '#!/bin/sh\nid -un >>/tmp/asked\nexec /usr/bin/python3 "$@"\n')}
chmod 755 /opt/python-of-others`);
    await moved({ user: 'trading', python: '/opt/python-of-others' });
    await say('green', 'unhealthy');
    await untilOnHost(async () => (await colour()) === 'blue');
    expect(await on('sort -u /tmp/asked')).toBe('trading');
    await on('rm /tmp/asked /opt/python-of-others');
  });

  test('goes back when the service has ended altogether', async () => {
    await moved();
    await on('systemctl stop engine-green');
    await untilOnHost(async () => (await colour()) === 'blue');
  });

  test('does nothing while the release is healthy or degraded, however silent it is', async () => {
    await moved();
    await say('green', 'degraded');
    await silentFor(8);
    expect(await colour()).toBe('green');
    expect(await stands()).toBe('active');
  });

  test('does nothing while the bot is heard of, which then decides', async () => {
    // Longer than a busy machine takes to look once, or it would be silence.
    await moved({ silence: 6 });
    await say('green', 'unhealthy');
    const end = Date.now() + 12_000;
    await untilOnHost(async () => (await look()) && Date.now() > end);
    expect(await colour()).toBe('green');
  });

  test('does not go back to what is no better', async () => {
    await moved();
    await say('blue', 'unhealthy');
    await say('green', 'unhealthy');
    await silentFor(8);
    expect(await colour()).toBe('green');
    await say('blue', 'healthy');
    await untilOnHost(async () => (await colour()) === 'blue');
  });

  test('goes away at the end of the watch', async () => {
    await moved();
    await run('finish', {
      release: 'r2',
      verdict: 'good',
      keep: 3,
      old_unit: 'engine-blue.service',
      old_color: 'blue',
      old_slot: 'warm',
    });
    await nothingLeft();
    expect(await colour()).toBe('green');
  });

  test('is there again after a restart of the host, and goes back after a new wait', async () => {
    await on('systemctl enable --quiet nginx engine-blue engine-green');
    await moved();
    await say('green', 'unhealthy');
    await there.machine.reboot('crash');
    await untilOnHost(async () => (await colour()) === 'blue' && (await stands()) === 'inactive');
    expect(await on(`grep -c guard-return ${root}/state/journal.jsonl`)).toBe('2');
    await run('verdict', { release: 'r2', verdict: 'bad' });
    await nothingLeft();
  });

  test('takes itself away when somebody else has moved users on', async () => {
    await on('systemctl enable --quiet nginx engine-blue engine-green');
    await moved();
    await there.machine.reboot();
    await untilOnHost(async () => (await stands()) === 'active');
    await on(`sed -i s/8002/8001/ ${upstream}; echo blue > ${root}/.current_color`);
    await untilOnHost(async () => (await stands()) === 'inactive');
    await nothingLeft();
    expect(await on(`grep -c guard-return ${root}/state/journal.jsonl || true`)).toBe('0');
  });

  test('gives way to whoever takes the host over while it decides', async () => {
    await moved();
    await on('systemctl stop argo-guard-engine-production');
    const given = `sed -n '/^$/!p' ${root}/state/guard/given`;
    const decided = (heard: string, epochIs: string) =>
      on(`{ ${given} | sed 's/^to=.*/to=blue/; s/^release=.*/release=r1/; s/^port=.*/port=8001/
s/^unit=.*/unit=engine-blue.service/; s/^epoch=.*/epoch=${epochIs}/; /^guard=/d'; echo 'heard=${heard}'; echo; } |
/bin/sh -c '. ${root}/state/guard/move' guard-return >/dev/null 2>&1; echo $?`);
    const heard = await on(`cat ${root}/state/guard/heard`);
    const last = there.epoch();
    expect(await decided(String(Number(heard) - 1), String(last))).toBe('76');
    expect(await decided(heard, String(last - 1))).toBe('76');
    expect(await colour()).toBe('green');
    expect(await decided(heard, String(last))).toBe('0');
    expect(await colour()).toBe('blue');
  });

  test('moves nobody where no guard can be left', async () => {
    await on(`mkdir -p /etc/systemd/system/${guard}`);
    try {
      await expect(move()).rejects.toThrow();
      expect(await colour()).toBe('blue');
      expect(await on(`grep -c 8001 ${upstream}`)).toBe('1');
    } finally {
      await on(`rmdir /etc/systemd/system/${guard}; rm -rf ${root}/state/guard`);
    }
  });
});
