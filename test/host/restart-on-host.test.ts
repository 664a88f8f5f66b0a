import { expect, test } from '@jest/globals';
import type { Answer } from '../../src/deploy/ports/ports.ts';
import { describeOnHosts } from '../sandbox/host/on-hosts.ts';
import { onHost, put } from './support/on-host.ts';

const root = '/srv/engine';
const unit = 'engine.service';
const file = `/etc/systemd/system/${unit}`;

/** Answers with its release; `deaf` does not hear SIGTERM. */
const serve = `import http.server, os, signal, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(os.environ.get("ARGO_RELEASE", "by-hand").encode())
if "deaf" in sys.argv: signal.signal(signal.SIGTERM, signal.SIG_IGN)
http.server.ThreadingHTTPServer(("127.0.0.1", 8000), Handler).serve_forever()
`;
const unitOf = (slot: string, more = '') => `# Written by argo-bot; edits are lost.
[Service]
WorkingDirectory=${root}/${slot}
EnvironmentFile=${root}/${slot}/.argo/environment
ExecStart=/usr/bin/python3 ${root}/${slot}/serve.py${more}
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
    )
    .join('\n');

/** r1 is live in blue, under a unit of ours; r2 lies ready. */
const laidOut = `set -e
systemctl disable --now --quiet ${unit} 2>/dev/null || true
systemctl unmask --quiet ${unit}
rm -rf ${root} ${file}
${release('r1')}
${release('r2')}
ln -s releases/r1 ${root}/blue
echo blue > ${root}/.current_color
cp ${root}/releases/r1/.argo/unit.blue ${file}
systemctl daemon-reload
systemctl enable --now --quiet ${unit}
until curl -so /dev/null 127.0.0.1:8000; do sleep 0.05; done
`;

const edited = (answer: Answer) => answer.values('edited');

describeOnHosts('restart.sh on a real host', () => {
  const place = { strategy: 'restart', port_blue: 8000, port_green: 8000, upstream_file: '' };
  const units = { unit_blue: unit, unit_green: unit };
  const { run, on } = onHost({ given: { root, ...place, ...units }, each: laidOut });
  const restart = (name: string, to: string, more: Record<string, string | number> = {}) =>
    run('restart', { release: name, to, back: '', bad: '', why: '', stop_seconds: 1, ...more });
  const answers = () => on('curl -s --retry 40 --retry-connrefused --retry-delay 1 127.0.0.1:8000');
  const pid = () => on(`systemctl show -p MainPID --value ${unit}`);
  const inspected = async () => {
    const answer = await run('inspect', { python: '' });
    return [answer.maybe('live'), answer.values('proxied').join(' ')];
  };

  test('moves the unit, the link and the colour, says how long it took, and does it once', async () => {
    const first = await restart('r2', 'green', { back: 'r1' });
    expect(await answers()).toBe('r2');
    const down = Number(first.value('down_ms'));
    expect(down).toBeGreaterThan(0);
    expect(down).toBeLessThan(10_000);
    expect(await on(`readlink ${root}/green; cat ${root}/.current_color`)).toBe(
      'releases/r2\ngreen',
    );
    expect(await on(`systemctl is-enabled ${unit}`)).toBe('enabled');
    expect(await inspected()).toEqual(['green', 'green']);
    const process = await pid();
    const again = await restart('r2', 'green', { back: 'r1' });
    expect(again.maybe('already')).toBe('yes');
    expect(Number(again.value('down_ms'))).toBeGreaterThanOrEqual(down);
    expect(await pid()).toBe(process);
    // Of another deployment, whose restart this was not.
    const later = await restart('r2', 'green', { deployment: 'd-2' });
    expect(later.maybe('down_ms')).toBeUndefined();
  });

  test('finishes what was stopped and not started', async () => {
    await restart('r2', 'green', { back: 'r1' });
    await on(`systemctl stop ${unit}`);
    await restart('r2', 'green', { back: 'r1' });
    expect(await answers()).toBe('r2');
  });

  test('goes back, and is refused the bad one from then on', async () => {
    await restart('r2', 'green', { back: 'r1' });
    await restart('r1', 'blue', { bad: 'r2', why: 'it was ill; $(reboot)' });
    expect(await answers()).toBe('r1');
    const process = await pid();
    await expect(restart('r2', 'green')).rejects.toThrow(
      /was left before \(it was ill; \$\(reboot\)\)/,
    );
    expect(await pid()).toBe(process);
    expect(await inspected()).toEqual(['blue', 'blue']);
  });

  test('tells what it overwrites of a unit that was edited by hand, also when it is repeated', async () => {
    await on(`echo MemoryMax=300M >> ${file}; systemctl daemon-reload`);
    expect(edited(await restart('r2', 'green'))).toEqual([`${unit} +MemoryMax=300M`]);
    await on(`systemctl stop ${unit}`);
    expect(edited(await restart('r2', 'green'))).toEqual([`${unit} +MemoryMax=300M`]);
    expect(edited(await restart('r1', 'blue', { deployment: 'd-2' }))).toEqual([]);
  });

  /** Clears its environment and leaves its folder, so that nothing about the process tells its release. */
  const silent = (name: string) =>
    on(`for slot in blue green; do
  sed -i 's#^ExecStart=.*#ExecStart=/usr/bin/env -i -C / /usr/bin/python3 ${root}/'$slot'/serve.py#; s#^TimeoutStop#Restart=always\\n&#' \
    ${root}/releases/${name}/.argo/unit.$slot
done`);

  test.each([
    ['which systemd has started again', `systemctl kill -s KILL ${unit}`],
    ['of which there is no note', `rm ${root}/state/started-*`],
    ['that was started by hand since', `rm ${root}/state/started-*; systemctl restart ${unit}`],
  ])('finds its work done for a service %s, whatever its process says', async (_name, act) => {
    await silent('r2');
    await restart('r2', 'green');
    expect(await answers()).toBe('by-hand');
    const before = await pid();
    await on(
      `${act}; until systemctl is-active -q ${unit} && [ $(systemctl show -p MainPID --value ${unit}) != 0 ]; do sleep 0.05; done`,
    );
    const process = await pid();
    expect([before, process]).toEqual([
      expect.stringMatching(/^\d+$/),
      expect.stringMatching(/^\d+$/),
    ]);
    expect((await restart('r2', 'green')).maybe('already')).toBe('yes');
    expect(await pid()).toBe(process);
    await restart('r1', 'blue');
    expect(await answers()).toBe('r1');
  });

  test('kills what does not hear, after the time that its unit gives it', async () => {
    await on(release('r2', ' deaf'));
    await restart('r2', 'green');
    expect(await answers()).toBe('r2');
    const answer = await restart('r1', 'blue');
    expect(answer.value('killed')).toBe('1');
    expect(Number(answer.value('down_ms'))).toBeGreaterThanOrEqual(900);
    expect(await answers()).toBe('r1');
  });

  test('goes on where a unit would wait for ever: its children that hold the port are ended', async () => {
    await on(`sed -i 's/TimeoutStopSec=.*/TimeoutStopSec=infinity\\nKillMode=process/' ${file}
systemctl daemon-reload`);
    await restart('r2', 'green');
    expect(await answers()).toBe('r2');
  });

  test.each([
    ['a release that is gone', `rm -rf ${root}/releases/r2`, /was removed from the host/],
    [
      'a unit whose path does not exist',
      `sed -i 's#engine/green/serve#engine/green/green/serve#; s#Directory=.*#&/green#' ${root}/releases/r2/.argo/unit.green`,
      /WorkingDirectory names \/srv\/engine\/green\/green, which does not exist/,
    ],
    [
      'a folder of hand where one was kept before',
      `mkdir -p ${root}/green ${root}/releases/adopted-green`,
      /adopted-green is there already/,
    ],
  ])('is refused %s, and nothing is stopped', async (_name, fault, message) => {
    await on(fault);
    const process = await pid();
    await expect(restart('r2', 'green')).rejects.toThrow(message);
    expect(await pid()).toBe(process);
    expect(await answers()).toBe('r1');
    expect(await on(`cat ${root}/.current_color`)).toBe('blue');
    expect(await inspected()).toEqual(['blue', 'blue']);
  });

  test('is refused the port of a stranger, who is named with its unit', async () => {
    await on(`systemctl stop ${unit}; sed 's/^# Written.*//' ${file} > /etc/systemd/system/old.service
systemctl daemon-reload; systemctl start old
until curl -so /dev/null 127.0.0.1:8000; do sleep 0.05; done`);
    try {
      await expect(restart('r2', 'green')).rejects.toThrow(
        /port 8000 is taken by python3 \(process \d+ of old\.service\)/,
      );
    } finally {
      await on('systemctl stop old; rm -f /etc/systemd/system/old.service');
    }
  });

  test('a unit that was moved by hand is seen to work elsewhere than the colour file says', async () => {
    await on(`ln -s releases/r2 ${root}/green; cp ${root}/releases/r2/.argo/unit.green ${file}
systemctl daemon-reload`);
    expect(await inspected()).toEqual(['blue', 'green']);
  });
});
