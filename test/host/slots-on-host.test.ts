import { beforeEach, describe, expect, test } from '@jest/globals';
import { describeOnHosts } from '../sandbox/host/on-hosts.ts';
import { onHost, put } from './support/on-host.ts';

const root = '/srv/engine';
const upstream = '/etc/nginx/conf.d/argo-trading-upstream.conf';
const ports = { blue: 8001, green: 8002 } as const;
type Slot = keyof typeof ports;

const unitText = (slot: Slot, path: string, script = 'serve.py') => `[Service]
WorkingDirectory=${path}
ExecStart=/usr/bin/python3 ${path}/${script} ${ports[slot]}
`;
const serve = `import http.server, sys
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), http.server.SimpleHTTPRequestHandler).serve_forever()
`;

/** Both slots laid out by hand and running; one release is kept, and nginx points to blue. */
const laidOut = `set -e
systemctl stop engine-blue engine-green 2>/dev/null || true
rm -rf ${root}
${(['blue', 'green'] as const)
  .map(
    (slot) => `${put(`${root}/${slot}/serve.py`, serve)}
${put(`/etc/systemd/system/engine-${slot}.service`, unitText(slot, `${root}/${slot}`))}
${put(`${root}/releases/r1/.argo/unit.${slot}`, unitText(slot, `${root}/${slot}`))}`,
  )
  .join('\n')}
${put(`${root}/releases/r1/serve.py`, serve)}

printf 'upstream argo_trading { server 127.0.0.1:8001; }\\n' > ${upstream}
systemctl daemon-reload
systemctl restart nginx engine-blue engine-green
for port in 8001 8002; do until curl -so /dev/null 127.0.0.1:$port; do sleep 0.05; done; done
`;

const slot = (name: Slot, release: string) => ({
  slot: name,
  release,
  unit: `engine-${name}.service`,
});

describeOnHosts('slots on a real host', () => {
  const place = {
    strategy: 'proxy',
    port_blue: 8001,
    port_green: 8002,
    upstream_file: upstream,
  };
  const units = { unit_blue: 'engine-blue.service', unit_green: 'engine-green.service' };
  const { run, on } = onHost({ given: { root, ...place, ...units }, each: laidOut });
  const pidOf = (name: Slot) => on(`systemctl show -p MainPID --value engine-${name}`);
  const inspected = async () => {
    const answer = await run('inspect', { python: '' });
    return { live: answer.maybe('live'), proxied: answer.values('proxied') };
  };
  const nginx = (servers: string) =>
    on(`printf 'upstream argo_trading { ${servers} }\\n' > ${upstream}`);

  test('without a colour file, live is what nginx sends users to', async () => {
    const found: unknown[] = [];
    for (const servers of [
      'server 127.0.0.1:8001;',
      'server 127.0.0.1:8001 max_fails=3; # server 127.0.0.1:8002;',
      'server 127.0.0.1:8001; server 127.0.0.1:8002 backup;',
      'server 127.0.0.1:8002; server 127.0.0.1:8001 down;',
      'server 127.0.0.1:8001; server 127.0.0.1:8002;',
      'server 127.0.0.1:18001;',
    ]) {
      await nginx(`${servers}\\n`);
      const { live, proxied } = await inspected();
      found.push([live, ...proxied]);
    }
    expect(found).toEqual([
      ['blue', 'blue'],
      ['blue', 'blue'],
      ['blue', 'blue'],
      ['green', 'green'],
      [undefined, 'blue', 'green'],
      [undefined, 'other'],
    ]);
  });

  test('what nginx points to is not live when nothing listens there', async () => {
    await on('systemctl stop engine-blue');
    expect(await inspected()).toEqual({ live: undefined, proxied: ['blue'] });
  });

  test('the watch hears how a service ended, and that it was stopped by a person', async () => {
    const watched = { ...slot('green', 'r1'), lines: 0, heard: 'yes' };
    expect((await run('slot-state', watched)).maybe('ended')).toBeUndefined();
    await on(
      'systemctl kill -s ABRT engine-green; until ! systemctl -q is-active engine-green; do :; done',
    );
    expect((await run('slot-state', watched)).maybe('ended')).toMatch(
      /^(?:killed|dumped) 6 ExecStart (?:signal|core-dump)$/,
    );
    await on('systemctl restart engine-green; sleep 0.5; systemctl stop engine-green');
    const after = await run('slot-state', { ...watched, lines: 9 });
    expect([after.maybe('active'), after.maybe('last_job')]).toEqual(['inactive', 'stop']);
  });

  test('the slot that users are in is neither replaced nor restarted nor taken away', async () => {
    await on(`echo green > ${root}/.current_color`);
    const pid = await pidOf('blue');
    await expect(run('install-unit', slot('blue', 'r1'))).rejects.toThrow(
      /nginx sends users to slot blue/,
    );
    await expect(run('start-slot', slot('blue', 'r1'))).rejects.toThrow(
      /nginx sends users to slot blue/,
    );
    await on(`mv ${root}/blue ${root}/by-hand && ln -s releases/r1 ${root}/blue`);
    const answer = await run('cleanup', { release: 'r1', live_before: 'green' });
    expect(answer.values('in_use')).toEqual(['blue']);
    expect(await pidOf('blue')).toBe(pid);
    expect(await on(`readlink ${root}/blue; ls ${root}/releases`)).toBe('releases/r1\nr1');
  });

  test('a unit that could not start stops nothing and moves nothing', async () => {
    const doubled = unitText('green', `${root}/green/green`);
    await on(put(`${root}/releases/r1/.argo/unit.green`, doubled));
    const pid = await pidOf('green');
    const answer = await run('install-unit', slot('green', 'r1'));
    expect(answer.values('problem').join()).toMatch(
      /WorkingDirectory .*green, which does not exist/,
    );
    expect(await pidOf('green')).toBe(pid);
    expect(await on(`test -L ${root}/green || echo folder; ls ${root}/releases`)).toBe(
      'folder\nr1',
    );
  });

  /** What systemd makes of green once it has ended what it began. */
  const stateOfGreen = async () => {
    await on(
      'until [ -z "$(systemctl list-jobs --no-legend engine-green.service)" ]; do sleep 0.02; done',
    );
    return on('systemctl is-active engine-green');
  };

  describe('the release in the idle slot', () => {
    const checked = {
      ...slot('green', 'r2'),
      port: 8002,
      unit_live: '',
      user: 'root',
      python: '',
      venv: '',
      requirements: '',
      pip_folder: '.',
      projects: 'none',
      wheels: '',
      require_hashes: 'no',
      only_binary: 'no',
      site_packages: 'no',
      imports: '',
      entry: '',
      config: '',
      min_free_mb: 1,
      memory_mb: 0,
      upstream: 'argo_trading',
      // Another script follows.
      followed: 'yes',
    };
    beforeEach(async () => {
      await on(`rm -r ${root}/green && ln -s releases/r1 ${root}/green && echo blue >${root}/.current_color
        cp -r ${root}/releases/r1 ${root}/releases/r2 && systemctl restart engine-green`);
    });

    test('begins to stop when the next one has passed its pre-flight checks', async () => {
      expect((await run('preflight', checked)).values('problem')).toEqual([]);
      expect(await stateOfGreen()).toBe('inactive');
    });

    test.each([
      ['one of them failed', '', { entry: 'gone.py' }],
      ['the bot has to decide something first', '', { followed: '' }],
      ['it is the same release', '', slot('green', 'r1')],
      ['its unit changes', `echo '# changed' >>${root}/releases/r2/.argo/unit.green`, {}],
      ['the next one would not start', `rm ${root}/releases/r2/serve.py`, {}],
      [
        'nginx falls back to it',
        `printf 'upstream argo_trading { server 127.0.0.1:8001;\n server 127.0.0.1:8002 backup;\n}\n' >${upstream}`,
        {},
      ],
    ])('keeps running if %s', async (_why, change, more) => {
      await on(change);
      const { followed, ...unfollowed } = { ...checked, ...more };
      await run('preflight', followed === '' ? unfollowed : { ...unfollowed, followed });
      expect(await stateOfGreen()).toBe('active');
    });
  });

  const green = `cd ${root} && find green | sort; stat -c '%n %F' green; sha256sum green/serve.py /etc/systemd/system/engine-green.service; systemctl is-active engine-green; ls -A releases`;

  test.each([
    ['after it was replaced', ''],
    ['after a crash before the link was made', `rm ${root}/green`],
    [
      'after a crash before the folder was moved',
      `rm ${root}/green && mv ${root}/releases/adopted-green ${root}/green`,
    ],
  ])('a slot laid out by hand comes back as it was, %s', async (_name, crash) => {
    await on(`sed -i '1i # by hand' /etc/systemd/system/engine-green.service`);
    const before = await on(green);
    await run('install-unit', slot('green', 'r1'));
    expect(await on(`head -n 1 ${root}/releases/adopted-green/.argo/unit.green`)).toBe('# by hand');
    if (crash !== '') await on(crash);
    await run('cleanup', { release: 'r1', live_before: 'blue' });
    expect(await on(green)).toBe(before.replace(/\nr1$/, ''));
    await run('cleanup', { release: 'r1', live_before: 'blue' });
    expect(await on(green)).toBe(before.replace(/\nr1$/, ''));
  });

  test('what was laid out by hand and stopped is started where it stands', async () => {
    await on('systemctl stop engine-green');
    await run('install-unit', slot('green', 'adopted-green'));
    await run('start-slot', slot('green', 'adopted-green'));
    expect(await on(`test -L ${root}/green || systemctl is-active engine-green`)).toBe('active');
  });

  test('what was moved away comes back with its own unit', async () => {
    await on(`sed -i '1i # by hand' /etc/systemd/system/engine-green.service`);
    await run('install-unit', slot('green', 'r1'));
    await run('install-unit', slot('green', 'adopted-green'));
    await run('start-slot', slot('green', 'adopted-green'));
    expect(await on('head -n 1 /etc/systemd/system/engine-green.service')).toBe('# by hand');
    expect(await on(`readlink ${root}/green`)).toBe('releases/adopted-green');
  });

  const undone = async () =>
    (await run('unswitch', { slot: 'green', path: '/' })).value('restored');

  test.each([
    ['there was a service that still answers', '8001', 'yes', '8001'],
    ['nothing answers where it was', '8009', 'no', '8002'],
    ['nginx had pointed to this slot all along', '8002', 'no', '8002'],
  ])('the first switch, when %s, is undone or not', async (_name, old, restored, port) => {
    await run('install-unit', slot('green', 'r1'));
    await run('start-slot', slot('green', 'r1'));
    await nginx(`server 127.0.0.1:${old};`);
    if (old !== '8002') expect(await undone()).toBe('unmoved');
    const to = { to: 'green', release: 'r1', unit: 'engine-green.service', port: 8002 };
    await run('switch', { ...to, upstream: 'argo_trading' });
    expect(await undone()).toBe(restored);
    expect(await on(`grep -o '127.0.0.1:[0-9]*' ${upstream}`)).toBe(`127.0.0.1:${port}`);
  });

  const answers = () =>
    on(`for n in 1 2 3 4 5 6; do curl -so /dev/null -w '%{http_code} ' 127.0.0.1/; done`);
  const servers = () => on(`grep -o 'server .*;' ${upstream}`);
  const moved = { to: 'green', release: 'r1', unit: 'engine-green.service', port: 8002 };
  const finish = (more: object = {}) =>
    run('finish', {
      release: 'r1',
      verdict: 'good',
      keep: 5,
      old_unit: 'engine-blue.service',
      old_color: 'blue',
      old_slot: 'warm',
      ...more,
    });

  test('while a release is watched, the one before it answers where it dies; then no longer', async () => {
    await run('install-unit', slot('green', 'r1'));
    await run('start-slot', slot('green', 'r1'));
    await on('until curl -so /dev/null 127.0.0.1:8002; do sleep 0.05; done');
    const to = { ...moved, upstream: 'argo_trading', spare_port: 8001 };
    await run('switch', to);
    const watched = 'server 127.0.0.1:8002 max_fails=0;\nserver 127.0.0.1:8001 backup;';
    expect(await servers()).toBe(watched);
    expect((await run('switch', to)).maybe('already')).toBe('yes');
    expect(await inspected()).toEqual({ live: 'green', proxied: ['green'] });
    const logged = await on('wc -c </var/log/nginx/access.log');
    await on('systemctl stop engine-green');
    expect((await answers()).trim()).toBe('200 200 200 200 200 200');
    expect(Number(await on('wc -c </var/log/nginx/access.log'))).toBeGreaterThan(Number(logged));
    await on(`systemctl start engine-green
until curl -so /dev/null 127.0.0.1:8002; do sleep 0.05; done`);
    expect((await finish()).maybe('spare')).toBeUndefined();
    expect(await servers()).toBe('server 127.0.0.1:8002;');
    await on('systemctl stop engine-green');
    expect((await answers()).trim()).toMatch(/^(?:502 ?)+$/);
  });

  test('after a watch that nobody ended, no release comes into the slot that stands in', async () => {
    await run('install-unit', slot('green', 'r1'));
    await run('start-slot', slot('green', 'r1'));
    await run('switch', { ...moved, upstream: 'argo_trading', spare_port: 8001 });
    expect(await servers()).toContain('8001 backup');
    await on(`cp -a ${root}/releases/r1 ${root}/releases/r2`);
    await on(`echo 'servr {}' >/etc/nginx/conf.d/hand.conf`);
    await expect(run('install-unit', slot('blue', 'r2'))).rejects.toThrow(
      /nginx refuses its configuration, so slot blue still stands in/,
    );
    expect(await on(`test -L ${root}/blue || systemctl is-active engine-blue`)).toBe('active');
    await on('rm /etc/nginx/conf.d/hand.conf');
    await run('install-unit', slot('blue', 'r2'));
    expect(await servers()).toBe('server 127.0.0.1:8002;');
    await run('start-slot', slot('blue', 'r2'));
    await on('until curl -so /dev/null 127.0.0.1:8001; do sleep 0.05; done');
    await on('systemctl stop engine-green');
    expect((await answers()).trim()).toMatch(/^(?:502 ?)+$/);
  });

  test('the next claim takes half an upload away, and nothing else', async () => {
    await on(`mkdir ${root}/releases/.incoming-r2; echo 1 > ${root}/releases/.incoming-r2/file`);
    await run('claim');
    expect(await on(`ls -A ${root}/releases`)).toBe('r1');
  });

  test('nobody stands in who does not answer, and a proxy that is broken meanwhile is told', async () => {
    await run('install-unit', slot('green', 'r1'));
    await run('start-slot', slot('green', 'r1'));
    const to = { ...moved, upstream: 'argo_trading' };
    await run('switch', { ...to, spare_port: 8009 });
    expect(await servers()).toBe('server 127.0.0.1:8002;');
    await run('switch', { ...to, spare_port: 8001 });
    await on(`echo 'servr {}' >/etc/nginx/conf.d/hand.conf`);
    const ended = await finish();
    await on('rm /etc/nginx/conf.d/hand.conf');
    expect([ended.maybe('spare'), ended.values('kept')]).toEqual(['kept', ['1']]);
    expect(await servers()).toContain('8001 backup');
  });

  test('after a first deployment there is no old unit to stop, and that is no failure', async () => {
    await on(`printf 'upstream argo_trading { server 127.0.0.1:8002; }\\n' >${upstream}`);
    const first = { old_unit: 'engine-none.service', old_slot: 'stopped' };
    expect((await finish(first)).values('in_use')).toEqual([]);
  });

  test('one release in both slots counts once among those that are kept, and outlives a restart that is called off', async () => {
    await on(`cd ${root}; rm -rf blue green; ln -s releases/r1 blue; ln -s releases/r1 green
mkdir -p releases/r0/.argo; for r in r0 r1; do echo good > releases/$r/.argo/verdict; done
echo blue > .current_color`);
    expect((await finish({ keep: 2 })).value('kept')).toBe('2');
    await run('cleanup', { release: 'r1', live_before: 'blue', live_release: 'r1' });
    const left = await on(`cd ${root}; ls releases; readlink blue; readlink green || echo empty`);
    expect(left.split('\n')).toEqual(['r0', 'r1', 'releases/r1', 'empty']);
  });
});
