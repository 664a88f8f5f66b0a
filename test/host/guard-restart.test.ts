import { expect, test } from '@jest/globals';
import { describeOnHosts } from '../sandbox/host/on-hosts.ts';
import { untilOnHost } from '../support/until.ts';
import { onHost, put } from './support/on-host.ts';

const root = '/srv/engine';
const unit = 'engine.service';
const file = `/etc/systemd/system/${unit}`;
const guard = 'argo-guard-engine-production.service';

/** Answers as the file beside it says; `broken` ends at once. */
const serve = `import http.server, json, os, pathlib, sys
if "broken" in sys.argv: sys.exit(3)
class Health(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        said = pathlib.Path("${root}/" + os.environ["ARGO_RELEASE"] + ".health").read_text().strip()
        self.send_response(503 if said == "unhealthy" else 200)
        self.end_headers()
        self.wfile.write(json.dumps({"status": said, "version": os.environ["ARGO_RELEASE"]}).encode())
http.server.ThreadingHTTPServer(("127.0.0.1", 8000), Health).serve_forever()
`;
const unitOf = (slot: string, more = '') => `# Written by argo-bot; edits are lost.
[Service]
WorkingDirectory=${root}/${slot}
EnvironmentFile=${root}/${slot}/.argo/environment
ExecStart=/usr/bin/python3 ${root}/${slot}/serve.py${more}
Restart=on-failure
RestartSec=1
TimeoutStopSec=1
[Install]
WantedBy=multi-user.target
`;
const release = (name: string, more = ''): string =>
  ['blue', 'green']
    .map((slot) => put(`${root}/releases/${name}/.argo/unit.${slot}`, unitOf(slot, more)))
    .concat(
      put(`${root}/releases/${name}/serve.py`, serve),
      put(`${root}/releases/${name}/.argo/environment`, `ARGO_RELEASE=${name}\n`),
      put(`${root}/${name}.health`, 'healthy\n'),
    )
    .join('\n');

/** r1 is live in blue; r2 lies ready. */
const laidOut = `set -e
systemctl disable --now --quiet ${unit} 2>/dev/null || true
systemctl stop ${guard} 2>/dev/null || true
rm -rf ${root} ${file} /etc/systemd/system/${guard} /etc/systemd/system/multi-user.target.wants/${guard}
${release('r1')}
${release('r2')}
ln -s releases/r1 ${root}/blue
echo blue > ${root}/.current_color
cp ${root}/releases/r1/.argo/unit.blue ${file}
systemctl daemon-reload
systemctl enable --now --quiet ${unit}
until curl -so /dev/null 127.0.0.1:8000; do sleep 0.05; done
`;

describeOnHosts('the guard of a service without a proxy', () => {
  const place = { strategy: 'restart', port_blue: 8000, port_green: 8000, upstream_file: '' };
  const units = { unit_blue: unit, unit_green: unit };
  const there = onHost({ given: { root, ...place, ...units }, each: laidOut });
  const { run, on } = there;
  const well = JSON.stringify({ healthy: ['healthy'], degraded: [] });
  const restart = (more: Record<string, string | number> = {}) =>
    run('restart', {
      release: 'r2',
      to: 'green',
      back: 'r1',
      bad: '',
      why: '',
      stop_seconds: 1,
      guard,
      port: 8000,
      upstream: '',
      url: 'http://127.0.0.1:8000/',
      well,
      return_slot: 'blue',
      return_release: 'r1',
      return_port: 8000,
      return_unit: unit,
      return_url: 'http://127.0.0.1:8000/',
      return_well: well,
      path: 'status',
      headers: '{}',
      answer_seconds: 3,
      python: '/usr/bin/python3',
      silence: 3,
      starts: 2,
      lasts: 60,
      ...more,
    });
  /** As the bot does in its rollback. */
  const goBack = () =>
    run('restart', {
      release: 'r1',
      to: 'blue',
      back: '',
      bad: 'r2',
      why: 'ill',
      stop_seconds: 1,
    });
  const version = () =>
    on(`curl -s 127.0.0.1:8000 | sed -n 's/.*"version": "\\([^"]*\\)".*/\\1/p'`);
  const isBack = () =>
    untilOnHost(
      async () =>
        (await version()) === 'r1' &&
        (await on(`systemctl is-active ${guard} || true`)) === 'inactive' &&
        (await on(`cat ${root}/state/guard/returned`)),
    );
  const returns = () => on(`grep -c guard-return ${root}/state/journal.jsonl || true`);
  const look = () => run('slot-state', { slot: 'green', unit, lines: 0, heard: 'yes' });
  const nothingLeft = async () => {
    await run('verdict', { release: 'r2', verdict: 'bad' });
    expect(await on(`find /etc/systemd /run/systemd ${root}/state -name '*guard*'`)).toBe('');
    expect(await on(`systemctl list-units --all --plain --no-legend 'argo-guard*'`)).toBe('');
  };

  test('restarts the release before when the new one is ill and nobody was heard of, once', async () => {
    expect((await restart()).value('armed')).toBe('yes');
    expect(await version()).toBe('r2');
    await on(`echo unhealthy > ${root}/r2.health`);
    await isBack();
    expect(await on(`cat ${root}/.current_color; systemctl is-enabled ${unit}`)).toBe(
      'blue\nenabled',
    );
    expect(await on(`cat ${root}/releases/r2/.argo/verdict`)).toBe('bad');
    const process = await on(`systemctl show -p MainPID --value ${unit}`);
    expect((await look()).value('guard_returned')).toMatch(/^\d{4}-\d\d-\d\dT/);
    // Who repeats the restart is told, and touches nothing; who goes back finds it done, with no time of his own.
    expect((await restart()).maybe('returned')).toBeDefined();
    const back = await goBack();
    expect([back.maybe('already'), back.maybe('down_ms')]).toEqual(['yes', undefined]);
    expect(await on(`systemctl show -p MainPID --value ${unit}`)).toBe(process);
    expect(await returns()).toBe('2');
    await nothingLeft();
  });

  test('goes back from a release that ends at its start', async () => {
    await on(release('r2', ' broken'));
    await restart();
    await isBack();
    await nothingLeft();
  });

  test('and the same after a restart of the host', async () => {
    await restart();
    await on(`echo unhealthy > ${root}/r2.health`);
    await there.machine.reboot('crash');
    await isBack();
    expect(await returns()).toBe('2');
    await nothingLeft();
  });

  test('does nothing while the release is healthy, or the bot is heard of', async () => {
    // Longer than a busy machine takes to look once, or it would be silence.
    await restart({ silence: 6 });
    const ages = `echo $(($(cut -d. -f1 /proc/uptime) - $(cat ${root}/state/guard/heard)))`;
    await untilOnHost(async () => Number(await on(ages)) > 10);
    expect(await version()).toBe('r2');
    await look();
    await on(`echo unhealthy > ${root}/r2.health`);
    const end = Date.now() + 12_000;
    await untilOnHost(async () => (await look()) && Date.now() > end);
    expect(await version()).toBe('r2');
    expect(await on(`systemctl is-active ${guard}`)).toBe('active');
  });

  test('is not left where the restart is refused, and goes with the way back of the bot', async () => {
    await on(`rm ${root}/releases/r2/serve.py; sed -i 's#${root}/green/serve#${root}/grene/serve#' \\
${root}/releases/r2/.argo/unit.green`);
    await expect(restart()).rejects.toThrow(/does not exist/);
    expect(await on(`ls -A ${root}/state`)).not.toContain('guard');
    await on(release('r2'));
    await restart();
    await goBack();
    await untilOnHost(
      async () => (await on(`systemctl is-active ${guard} || true`)) === 'inactive',
    );
    expect(await version()).toBe('r1');
    expect(await returns()).toBe('0');
    await nothingLeft();
  });
});
