import { expect, test } from '@jest/globals';
import type { Answer } from '../../src/deploy/ports/ports.ts';
import { describeOnHosts } from '../sandbox/host/on-hosts.ts';
import { onHost } from './support/on-host.ts';

const root = '/srv/engine';
const release = `${root}/releases/r1`;
const site = '/etc/nginx/sites-enabled/argo-trading';
const upstream = '/etc/nginx/conf.d/argo-trading-upstream.conf';

/** A wheel is a zip with a name: no index is needed to make one. */
const wheel = `python3 - <<'END'
import os, zipfile
os.makedirs("/opt/wheels", exist_ok=True)
with zipfile.ZipFile("/opt/wheels/quotes-1.0-py3-none-any.whl", "w") as whl:
    whl.writestr("quotes.py", "PRICE = 42\\n")
    whl.writestr("quotes-1.0.dist-info/METADATA", "Metadata-Version: 2.1\\nName: quotes\\nVersion: 1.0\\n")
    whl.writestr("quotes-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\\nGenerator: hand\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    whl.writestr("quotes-1.0.dist-info/RECORD", "")
END`;

/** The usual environment takes seconds to make, and stays; those of other names are made in their tests. */
const laidOut = `set -e
systemctl unmask --quiet engine-green; systemctl stop nobody-knows 2>/dev/null || true
for path in ${root}/* ${root}/venvs/*; do
  case $path in ${root}/venvs | ${root}/venvs/v1) ;; *) rm -rf "$path" ;; esac
done
rm -rf /opt/wheels /usr/local/bin/uv; chmod 755 /srv
mkdir -p ${release}/.argo ${root}/venvs ${root}/pycache
cd ${release}
echo 'import lib' >main.py; echo 'X = 1' >lib.py
printf 'import quotes\\n' >needs.py
printf 'def f():\\n    return missing_name\\nf()\\n' >fails.py
echo '{}' >config.json; chown trading config.json; chmod 600 config.json
cp ${upstream} /root/upstream.kept 2>/dev/null; cp ${site} /root/site.kept 2>/dev/null; true
`;

describeOnHosts('preflight on a real host', () => {
  const given = {
    root,
    release: 'r1',
    slot: 'green',
    strategy: 'proxy',
    port: 8002,
    port_blue: 8001,
    port_green: 8002,
    unit_blue: 'engine-blue.service',
    unit_green: 'engine-green.service',
    upstream_file: upstream,
    upstream: 'argo_trading',
    unit: 'engine-green.service',
    unit_live: '',
    user: 'trading',
    python: '/usr/bin/python3',
    venv: 'v1',
    requirements: '',
    pip_folder: '.',
    projects: 'none',
    wheels: '',
    require_hashes: 'no',
    only_binary: 'no',
    site_packages: 'no',
    imports: 'main lib',
    entry: 'main.py',
    config: 'config.json',
    min_free_mb: 1,
    memory_mb: 64,
  };
  const { run, sure } = onHost({ given, each: laidOut, timeoutMs: 60_000 });
  const on = (script: string): Promise<string> => sure(`set -e\n${script}`);
  const preflight = (more: Record<string, string | number> = {}): Promise<Answer> =>
    run('preflight', more);
  const problems = async (more: Record<string, string | number> = {}): Promise<string[]> =>
    (await preflight(more)).values('problem');

  test('a host that is ready has no problem, and its environment is kept', async () => {
    const first = await preflight();
    expect([first.values('problem'), first.values('warning'), first.maybe('venv')]).toEqual([
      [],
      [],
      'made',
    ]);
    expect((await preflight()).maybe('venv')).toBe('kept');
  });

  test('an environment that was left half made is made anew', async () => {
    await preflight();
    await on(
      `cd ${release}/.argo/venv/ && rm .complete && rm bin/python && echo broken >bin/python`,
    );
    const answer = await preflight();
    expect([answer.maybe('venv'), answer.values('problem')]).toEqual(['made', []]);
  });

  test('requirements come from a folder of wheels, and what it lacks is named as pip names it', async () => {
    await on(`${wheel}\necho quotes >${release}/requirements.txt`);
    const offline = { wheels: '/opt/wheels', requirements: 'requirements.txt', imports: 'needs' };
    expect(await problems({ ...offline, venv: 'w1' })).toEqual([]);
    await on(`echo orderbook==3 >>${release}/requirements.txt`);
    const answer = await preflight({ ...offline, venv: 'w2' });
    expect(answer.values('problem')[0]).toMatch(
      /^pip could not install requirements.txt. .*orderbook==3/,
    );
    expect(answer.values('trace').join('\n')).toContain('orderbook==3');
  });

  test('an index that does not answer is no missing version, and a full disk no wrong package', async () => {
    const from = { requirements: 'requirements.txt', imports: '' };
    await on(`echo quotes >${release}/requirements.txt
printf '[global]\\nindex-url = http://127.0.0.1:9/simple\\nretries = 1\\n' >/etc/pip.conf`);
    try {
      const answer = await preflight({ ...from, venv: 'i1' });
      expect(answer.values('problem')).toEqual([
        'pip could not install requirements.txt. The package index does not answer',
      ]);
      expect(answer.values('fix')[0]).toMatch(/^correct the network, the proxy or pip.conf/);
      expect(answer.values('trace').join('\n')).toContain('Connection refused');
    } finally {
      await on('rm /etc/pip.conf');
    }
    await on(`cat >/usr/local/bin/uv <<'END'
#!/bin/sh
echo 'error: failed to write to file: No space left on device (os error 28)' >&2
exit 2
END
chmod 755 /usr/local/bin/uv`);
    const full = await preflight({ ...from, venv: 'i2' });
    expect(full.values('problem')).toEqual([
      'uv could not install requirements.txt. The disk is full',
    ]);
    expect(full.values('fix')[0]).toContain(`df -h ${root}`);
  });

  test('uv makes the environment where the host has it', async () => {
    await on(`cat >/usr/local/bin/uv <<'END'
#!/bin/sh
case $1 in
  venv) for last in "$@"; do :; done; python3 -m venv --without-pip "$last"; echo "uv $*" >"$last/uv.log" ;;
  pip) echo "uv $*" >>"$(dirname "$6")/../uv.log" ;;
esac
END
chmod 755 /usr/local/bin/uv; : >${release}/requirements.txt`);
    const answer = await preflight({
      venv: 'u1',
      requirements: 'requirements.txt',
      wheels: '/opt/wheels',
      site_packages: 'yes',
    });
    expect([answer.maybe('venv'), answer.values('problem')]).toEqual(['made', []]);
    const made = await on(`readlink -f ${release}/.argo/venv`);
    expect((await on(`cat ${made}/uv.log`)).split('\n')).toEqual([
      `uv venv -q --no-config --no-project --python /usr/bin/python3 --system-site-packages ${made}`,
      `uv pip install -q --no-config --python ${made}/bin/python --no-index --find-links /opt/wheels -r ${release}/requirements.txt`,
    ]);
  });

  test('an import that fails says where, with the whole traceback beside it', async () => {
    await on(`echo 'print("noise on stdout")' >>${release}/main.py`);
    const answer = await preflight({ imports: 'main fails needs gone' });
    expect(answer.values('problem')).toEqual([
      "module fails cannot be imported, because fails.py:2 fails. NameError: name 'missing_name' is not defined",
      'needs.py:1 imports quotes, which is not installed in the virtual environment',
      expect.stringMatching(
        /^module gone cannot be imported.*ModuleNotFoundError: No module named 'gone'$/,
      ),
    ]);
    expect(answer.values('trace')).toContain('Traceback (most recent call last):');
  });

  test('a module with the name of one of Python does not stop the trial of the others', async () => {
    await on(`for name in operator traceback token; do echo 'X = 1' >${release}/$name.py; done`);
    expect(await problems({ imports: 'main' })).toEqual([]);
    expect(await problems({ imports: 'main fails' })).toEqual([
      expect.stringMatching(/^module fails cannot be imported/),
    ]);
  });

  test('a module that ends the process is not taken for one that was tried', async () => {
    await on(`echo 'import os; os._exit(0)' >${release}/ends.py`);
    expect(await problems({ imports: 'ends main' })).toEqual([
      expect.stringContaining('the imports could not be tried to the end'),
    ]);
  });

  test('nginx broken by hand is found before anything is started, in its own words', async () => {
    await on(`echo 'servr {}' >/etc/nginx/conf.d/hand.conf`);
    try {
      expect(await problems()).toEqual([
        expect.stringMatching(
          /^nginx refuses its configuration.*unknown directive "servr" in \/etc\/nginx\/conf.d\/hand.conf:1/,
        ),
      ]);
    } finally {
      await on('rm /etc/nginx/conf.d/hand.conf');
    }
    expect(await problems()).toEqual([]);
  });

  test('an upstream file that nginx does not read, and one that no site passes to', async () => {
    await on('mkdir -p /etc/elsewhere && touch /etc/elsewhere/up.conf');
    expect(await problems({ upstream_file: '/etc/elsewhere/up.conf' })).toEqual([
      expect.stringContaining('nginx does not read /etc/elsewhere/up.conf'),
    ]);
    const answer = await preflight({ upstream: 'argo' });
    expect([answer.values('problem'), answer.values('warning')]).toEqual([
      [],
      [
        'no nginx site sends requests to argo, so users would not reach the new release. Put "proxy_pass http://argo;" into the site.',
      ],
    ]);
  });

  test('a process of another user that calls itself nginx is not run as root', async () => {
    await on(`systemctl stop nginx; cp /bin/dash /tmp/fake && cat >/tmp/proof <<'END'
#!/bin/sh
[ "$(id -u)" != 0 ] || touch /tmp/rooted
sleep 300
END
chmod 755 /tmp/fake /tmp/proof
setsid runuser -u trading -- bash -c 'exec -a "nginx: master process /usr/sbin/nginx" /tmp/fake -c "/tmp/proof;:"' </dev/null >/dev/null 2>&1 &
until grep -lsa "^nginx: master process.*proof" /proc/[0-9]*/cmdline; do sleep 0.05; done`);
    try {
      expect(await problems()).toEqual(['nginx does not run, so users reach no release']);
      expect(await on('ls /tmp/rooted 2>/dev/null || echo none')).toBe('none');
    } finally {
      await on(
        'pkill -f /tmp/proof || true; rm -f /tmp/fake /tmp/proof /tmp/rooted; systemctl start nginx',
      );
    }
  });

  test.each([
    ['a site', 'server', 'server { listen 8090; location / { proxy_pass http://argo_trading; } }'],
    ['another upstream', 'upstream other', 'upstream other { server 127.0.0.1:9; }'],
    ['a file of its own', 'include', 'include /etc/nginx/mime.types;'],
  ])('%s in the upstream file, which a switch would delete', async (_what, beside, text) => {
    await on(`cp ${upstream} /root/alone; printf '%s\\n' '# server' '${text}' >>${upstream}`);
    try {
      expect(await problems()).toEqual([
        `${upstream} has "${beside}" beside the upstream, and argo-bot replaces the whole file`,
      ]);
    } finally {
      await on(`cp /root/alone ${upstream}`);
    }
    expect(await problems()).toEqual([]);
  });

  test('an import gains nothing from a sudo rule of the service', async () => {
    await on(`echo 'trading ALL=(root) NOPASSWD: ALL' >/etc/sudoers.d/trading
echo 'import os; os.system("sudo -n touch /root/rooted")' >${release}/climbs.py`);
    try {
      expect(await problems({ imports: 'climbs' })).toEqual([]);
      expect(await on('ls /root/rooted 2>/dev/null || echo none')).toBe('none');
    } finally {
      await on('rm -f /etc/sudoers.d/trading /root/rooted');
    }
  });

  test('a process that the interpreter leaves behind does not hold the lock', async () => {
    await on(`cat >/usr/local/bin/python-stays <<'END'
#!/bin/sh
[ "$(id -u)" = 0 ] || setsid sleep 4242 >/dev/null 2>&1 </dev/null &
exec /usr/bin/python3 "$@"
END
chmod 755 /usr/local/bin/python-stays`);
    try {
      await problems({ python: '/usr/local/bin/python-stays', venv: 's1' });
      expect(await on(`pgrep -c -f '[s]leep 4242'; flock -n ${root}/state/lock echo free`)).toMatch(
        /^[1-9]\d*\nfree$/,
      );
    } finally {
      await on('pkill -f "[s]leep 4242"; rm /usr/local/bin/python-stays');
    }
  });

  test.each([
    ['names another process', 'other.service', '",pid=1,fd=2))'],
    ['has a unit named like that of the service', 'engine-green.service', 'listens'],
  ])('a process on the port that %s is still found', async (_what, unit, name) => {
    // As the systemd of a user places its units.
    await on(`[ ! -d /sys/fs/cgroup/systemd ] || v1=/systemd
groups=/sys/fs/cgroup$v1/user.slice/user@4242.service/${unit}; mkdir -p $groups
cat >/tmp/listens.py <<'END'
import ctypes, socket, time
ctypes.CDLL(None).prctl(15, b'${name}')
link = socket.create_server(("127.0.0.1", 8002)); time.sleep(600)
END
sh -c 'echo $$ >"$1" && exec setsid runuser -u trading -- python3 /tmp/listens.py' sh $groups/cgroup.procs >/dev/null 2>&1 </dev/null &
until ss -Hltn 'sport = :8002' | grep -q .; do sleep 0.02; done`);
    const pid = await on(`pgrep -u trading -f '[l]istens.py'`);
    try {
      expect(await problems()).toEqual([
        `port 8002 of slot green is taken by ${name} (process ${pid})`,
      ]);
    } finally {
      await on(`kill ${pid}; rm /tmp/listens.py`);
    }
  });

  test('a port that systemd holds for a socket unit: the unit is named, and nobody is told to kill systemd', async () => {
    await on(`printf '[Socket]\\nListenStream=127.0.0.1:8002\\n' >/etc/systemd/system/held.socket
printf '[Service]\\nExecStart=/bin/sleep 60\\n' >/etc/systemd/system/held.service
systemctl daemon-reload; systemctl start held.socket`);
    try {
      const answer = await preflight();
      expect([answer.values('problem'), answer.values('fix')]).toEqual([
        ['port 8002 of slot green is taken by systemd (process 1 of held.socket)'],
        [expect.stringMatching(/^`sudo systemctl disable --now held.socket`, if nobody needs it/)],
      ]);
    } finally {
      await on(
        'systemctl stop held.socket; rm /etc/systemd/system/held.*; systemctl daemon-reload',
      );
    }
  });

  test('without a proxy nobody asks nginx', async () => {
    expect(await problems({ upstream_file: '', upstream: '' })).toEqual([]);
  });

  test('a folder that the user of the service cannot enter is named with its fix', async () => {
    await on(`chmod 700 /srv`);
    const answer = await preflight({});
    // The imports cannot be tried then, so they are not reported on top.
    expect(answer.values('problem')).toEqual([
      "the service's user trading cannot enter the folder /srv",
    ]);
    expect(answer.values('fix')).toEqual(['`sudo chmod o+x /srv`']);
    await on(`chmod 755 /srv`);
  });

  test('each problem keeps its fix, although nginx is checked at the same time', async () => {
    await on(`chmod 700 /srv; echo 'servr {}' >/etc/nginx/conf.d/hand.conf`);
    try {
      const answer = await preflight({});
      const [found, fixes] = [answer.values('problem'), answer.values('fix')];
      const fixOf = (begin: string) => fixes[found.findIndex((one) => one.startsWith(begin))];
      expect(found).toHaveLength(2);
      expect(fixes).toHaveLength(2);
      expect(fixOf("the service's user")).toBe('`sudo chmod o+x /srv`');
      expect(fixOf('nginx refuses')).toContain('`sudo nginx -t`');
    } finally {
      await on('chmod 755 /srv; rm /etc/nginx/conf.d/hand.conf');
    }
  });

  test('memory: a limit beyond the host stops, one beyond what is free warns', async () => {
    const total = Number(
      await on(`awk '$1 == "MemTotal:" { print int($2 / 1024) }' /proc/meminfo`),
    );
    expect(await problems({ memory_mb: total + 1 })).toEqual([
      expect.stringContaining(
        `memory_max is ${total + 1} MB, but the host has only ${total} MB of memory`,
      ),
    ]);
    const answer = await preflight({ memory_mb: total });
    expect([answer.values('problem'), answer.values('warning')]).toEqual([
      [],
      [expect.stringMatching(/MB of memory are available; the release may take up to \d+ MB/)],
    ]);
  });

  test('all findings come at once', async () => {
    await on(`systemctl mask --quiet engine-green
systemd-run --quiet --unit=nobody-knows python3 -m http.server 8002
until ss -Hltn 'sport = :8002' | grep -q .; do sleep 0.02; done
: >${release}/main.py`);
    const found = await problems({
      user: 'nobody-here',
      min_free_mb: 999_999_999,
      memory_mb: 999_999_999,
      venv: '',
    });
    expect(found).toEqual([
      expect.stringContaining('the user nobody-here, which the service runs as, does not exist'),
      'the entry file main.py is missing or empty',
      expect.stringMatching(/^port 8002 of slot green is taken by python3 \(process \d+.*\)/),
      expect.stringMatching(
        /^\d+ MB are free under \/srv\/engine, and 999999999 MB must stay free/,
      ),
      expect.stringContaining('memory_max is 999999999 MB'),
      'engine-green.service is masked, so it cannot be started',
    ]);
  });
});
