import { expect, test } from '@jest/globals';
import { environmentFile, renderUnit } from '../../src/deploy/unit/unit-file.ts';
import type { Answer } from '../../src/deploy/ports/ports.ts';
import { describeOnHosts } from '../sandbox/host/on-hosts.ts';
import { targetWith } from '../support/target.ts';
import { onHost, put } from './support/on-host.ts';

const root = '/opt/engine';
const installed = '/etc/systemd/system/engine-green.service';
const serve = `import http.server, os, sys
assert os.environ["ARGO_RELEASE"]
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), http.server.SimpleHTTPRequestHandler).serve_forever()
`;

const place = { slots: { blue: { port: 8001 }, green: { port: 802 } } };
const target = (unit: object = {}) =>
  targetWith({
    environment: place,
    service: {
      unit: { exec_start: '/usr/bin/python3 {slot}/serve.py {port}', memory_max: '200M', ...unit },
    },
  });
const ours = renderUnit(target(), 'green');
const releaseOf = (name: string, unit: string): string =>
  [
    'set -e',
    put(`${root}/releases/${name}/serve.py`, serve),
    put(`${root}/releases/${name}/.argo/unit.green`, unit),
    put(`${root}/releases/${name}/.argo/environment`, environmentFile(target(), name)),
  ].join('\n');

describeOnHosts('a unit is looked at on a real host before it is installed', () => {
  const ports = { port_blue: 8001, port_green: 802, upstream_file: '/etc/nginx/none.conf' };
  const units = { unit_blue: 'engine-blue.service', unit_green: 'engine-green.service' };
  const { run: runScript, sure: on } = onHost({
    given: { root, ...ports, ...units, slot: 'green', unit: units.unit_green, user: 'engine' },
    once: 'useradd --system engine',
    each: [
      `systemctl stop engine-green 2>/dev/null; rm -rf ${root} /etc/systemd/system/engine-*`,
      releaseOf('r1', ours),
      'systemctl daemon-reload',
    ].join('\n'),
  });
  const release = (name: string, unit: string) => on(releaseOf(name, unit));
  const run = (script: string, name: string, deployment = 'd-1', allow = ''): Promise<Answer> =>
    runScript(script, { release: name, deployment, unit_allow: allow });
  const install = (name: string, deployment?: string, allow?: string) =>
    run('install-unit', name, deployment, allow);

  test('the built-in one starts as a user without rights, on a port that only root may have', async () => {
    const answer = await install('r1');
    expect(Number(answer.value('score'))).toBeLessThan(4);
    expect(answer.maybe('score_before')).toBeUndefined();
    expect([...answer.values('remark'), ...answer.values('edited')]).toEqual([]);
    await run('start-slot', 'r1');
    const answers = 'until curl -so /dev/null 127.0.0.1:802; do sleep 0.05; done';
    await on(`timeout 10 sh -c '${answers}'`);
    expect(await on('ps -o user= -p $(systemctl show -p MainPID --value engine-green)')).toBe(
      'engine',
    );
  });

  test('every path that it will not find is told at once, with what was probably meant', async () => {
    const wrong = ours
      .replace(`WorkingDirectory=${root}/green`, `WorkingDirectory=${root}/green/green`)
      .replace('/usr/bin/python3 /opt/engine/green/serve.py', '/usr/bin/pyhton3 {x}/sevre.py')
      .replace('{x}', `${root}/green`)
      .replace('.argo/environment', '.argo/enviroment')
      .replace('[Install]', `ReadWritePaths=-${root}/none ${root}/shared\n[Install]`);
    await release('r2', wrong);
    const problems = (await install('r2')).values('problem');
    // In the order of the unit.
    const lines = [
      `WorkingDirectory names ${root}/green/green, which does not exist. Did you mean ${root}/green?`,
      `EnvironmentFile names ${root}/green/.argo/enviroment, which does not exist. Did you mean ${root}/green/.argo/environment?`,
      'ExecStart names /usr/bin/pyhton3, which does not exist. Did you mean /usr/bin/python3?',
      `argument of ExecStart names ${root}/green/sevre.py, which does not exist. Did you mean ${root}/green/serve.py?`,
      `ReadWritePaths names ${root}/shared, which does not exist`,
    ];
    expect(problems).toEqual(lines);
    expect(await on(`ls -d ${root}/green ${installed} 2>/dev/null || true`)).toBe('');
  });

  test('what may be absent, or is made by systemd, is not missed', async () => {
    const lines = [
      `EnvironmentFile=-${root}/none`,
      `ExecStartPre=-${root}/none`,
      `ExecStartPre=/bin/sh -c 'test ! -e ${root}/none/x || exit 1'`,
      'StateDirectory=engine',
      'ReadWritePaths=/var/lib/engine -/none',
      `ExecStopPost=-${root}/none`,
    ];
    await release('r2', ours.replace('ExecStart=', `${lines.join('\n')}\nExecStart=`));
    const answer = await install('r2', 'd-1', 'EnvironmentFile ReadWritePaths');
    expect([...answer.values('problem'), ...answer.values('forbidden')]).toEqual([]);
  });

  test('a setting that systemd does not know is told, and one that it refuses stops it', async () => {
    await release('r2', ours.replace('MemoryMax', 'MemryMax'));
    expect((await install('r2', 'd-1', 'MemryMax')).values('remark').join()).toMatch(
      /^line \d+: Unknown key.*MemryMax/,
    );
    await release('r3', ours.replace('Type=simple', 'Type=simple\nBusName=x\nExecStart=/bin/true'));
    const twice = await install('r3', 'd-1', 'BusName');
    expect(twice.values('problem').join()).toMatch(/more than one ExecStart/);
  });

  test('an edit by hand and a drop-in are told before they are overwritten, and again after a crash', async () => {
    await install('r1');
    await on(`sed -i 's/^MemoryMax=.*/MemoryMax=4G/' ${installed}`);
    await on(
      `mkdir -p ${installed}.d && printf '[Service]\\nNice=5\\n' >${installed}.d/override.conf`,
    );
    await release('r2', ours);
    for (let times = 0; times < 2; times++) {
      const answer = await install('r2', 'd-2');
      expect(answer.values('edited')).toEqual([
        'engine-green.service -MemoryMax=200M',
        'engine-green.service +MemoryMax=4G',
      ]);
      // Not argo-bot's own one beside it.
      expect(answer.values('dropin')).toEqual([`${installed}.d/override.conf (Nice)`]);
    }
    expect(await on(`grep MemoryMax ${installed}`)).toBe('MemoryMax=200M');
    await release('r3', ours);
    expect((await install('r3', 'd-3')).values('edited')).toEqual([]);
  });

  test('the score is told beside that of what is installed', async () => {
    await on(put(installed, '[Service]\nExecStart=/bin/true\n'));
    const answer = await install('r1');
    expect(Number(answer.value('score_before'))).toBeGreaterThan(9);
    expect(Number(answer.value('score'))).toBeLessThan(4);
  });

  test('a unit of the team is looked at and run like ours', async () => {
    const template = `[Service]
User={user}
WorkingDirectory={slot}
EnvironmentFile={environment_file}
AmbientCapabilities=CAP_NET_BIND_SERVICE
ExecStart=/usr/bin/python3 {slot}/serve.py {port}
`;
    const settings = target({ exec_start: undefined, template: 'engine.service' });
    await release('r2', renderUnit(settings, 'green', template));
    await install('r2');
    await run('start-slot', 'r2');
    expect(await on(`head -n 1 ${installed}`)).toContain('from engine.service');
    await release(
      'r3',
      renderUnit(settings, 'green', template.replace('{slot}/s', '{slot}/green/s')),
    );
    expect((await install('r3')).values('problem').join()).toContain(
      `Did you mean ${root}/green/serve.py?`,
    );
  });
});
