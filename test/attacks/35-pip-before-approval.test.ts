/**
 * A commit names a package of its own in requirements.txt. Its build backend runs while the environment is made, before
 * anybody has approved the commit. It tries what root could do: write to the system, read secrets of root and of other
 * releases, talk to a port of the host, outlive the build, and leave a trap for root in the environment.
 * None of it may succeed, and an honest package must still be installed.
 */
import { expect, test } from '@jest/globals';
import { onHost, put } from '../host/support/on-host.ts';
import { describeOnHosts } from '../sandbox/host/on-hosts.ts';

const root = '/srv/engine';
const release = `${root}/releases/r1`;

/** A source archive that builds itself with a backend of its own, so no index is needed. */
const makeArchive = `import io, sys, tarfile
act = sys.stdin.read()
backend = '''import json, os, socket, sys, time, zipfile
venv = os.path.dirname(os.path.dirname(sys.executable))
report = {"uid": os.getuid()}
def attempt(name, act):
    try:
        report[name] = str(act() or "done")
    except BaseException as error:
        report[name] = "refused: " + type(error).__name__
def build_wheel(folder, config_settings=None, metadata_directory=None):
''' + "".join("    " + line + "\\n" for line in act.splitlines()) + '''
    name = "evil-1.0-py3-none-any.whl"
    with zipfile.ZipFile(os.path.join(folder, name), "w") as whl:
        whl.writestr("evil.py", "REPORT = " + repr(report) + "\\\\n")
        whl.writestr("evil-1.0.dist-info/METADATA", "Metadata-Version: 2.1\\\\nName: evil\\\\nVersion: 1.0\\\\n")
        whl.writestr("evil-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\\\\nGenerator: hand\\\\nRoot-Is-Purelib: true\\\\nTag: py3-none-any\\\\n")
        whl.writestr("evil-1.0.dist-info/RECORD", "")
    return name
'''
files = {"backend.py": backend, "PKG-INFO": "Metadata-Version: 2.1\\nName: evil\\nVersion: 1.0\\n",
         "pyproject.toml": '[build-system]\\nrequires = []\\nbuild-backend = "backend"\\nbackend-path = ["."]\\n'}
with tarfile.open("${release}/evil-1.0.tar.gz", "w:gz") as tar:
    for name, text in files.items():
        info = tarfile.TarInfo("evil-1.0/" + name)
        info.size = len(text.encode())
        tar.addfile(info, io.BytesIO(text.encode()))
`;

/** A process of another user, which changes the file that the build passes to it once root has taken the environment. */
const accomplice = `import array, os, socket, time
os.umask(0)
listener = socket.socket(socket.AF_UNIX); listener.bind("/opt/talk/socket"); listener.listen()
link = listener.accept()[0]
fds = array.array("i"); fds.frombytes(link.recvmsg(1, socket.CMSG_SPACE(4))[1][0][2])
while not os.path.exists("/opt/talk/go"): time.sleep(0.02)
os.pwrite(fds[0], b"poisoned", 0)
open("/opt/talk/done", "w").close()
`;

const laidOut = `set -e
rm -rf ${root} /opt/wheels /etc/argo-attack /root/argo-attack
mkdir -p ${release}/.argo ${root}/releases/r0 ${root}/venvs/other ${root}/pycache ${root}/state /opt/wheels
echo secret >/root/secret; echo secret >${root}/releases/r0/config.json; echo secret >${root}/state/secret
echo './evil-1.0.tar.gz' >${release}/requirements.txt
systemctl is-active --quiet listener ||
  systemd-run --quiet --unit=listener python3 -m http.server 8123 --bind 127.0.0.1 --directory /opt/wheels
until ss -Hltn 'sport = :8123' | grep -q .; do sleep 0.02; done
${put('/root/make-archive.py', makeArchive)}`;

describeOnHosts('a package that attacks while it is built', () => {
  const { run, sure, on } = onHost({
    given: {
      root,
      release: 'r1',
      slot: 'green',
      strategy: 'restart',
      port: 8002,
      port_blue: 8001,
      port_green: 8002,
      unit_blue: 'engine.service',
      unit_green: 'engine.service',
      upstream_file: '',
      upstream: '',
      unit: 'engine.service',
      unit_live: '',
      user: 'trading',
      python: '/usr/bin/python3',
      venv: 'v1',
      requirements: 'requirements.txt',
      pip_folder: '.',
      projects: 'none',
      wheels: '/opt/wheels',
      require_hashes: 'no',
      only_binary: 'no',
      site_packages: 'no',
      imports: '',
      entry: '',
      config: '',
      min_free_mb: 1,
      memory_mb: 64,
    },
    each: laidOut,
    timeoutMs: 120_000,
  });
  /** What the pre-flight checks say once the package does this. */
  const built = async (act: string, more = {}): Promise<string[]> => {
    await sure(`python3 /root/make-archive.py <<'END'\n${act}\nEND`);
    return (await run('preflight', more)).values('problem');
  };
  const report = async (): Promise<Record<string, unknown>> => {
    const module = `${release}/.argo/venv/lib/python3*/site-packages/evil.py`;
    const ask = `import json, sys; exec(sys.stdin.read()); print(json.dumps(REPORT))`;
    return JSON.parse(await sure(`cat ${module} | runuser -u nobody -- python3 -c '${ask}'`));
  };

  test('is not root, and reads, writes and reaches nothing of the host', async () => {
    const problems = await built(`
attempt("system", lambda: open("/etc/argo-attack", "w").write("x"))
try: open("/root/argo-attack", "w").write("x")
except OSError: pass
attempt("secret of root", lambda: open("/root/secret").read())
attempt("another release", lambda: open("${root}/releases/r0/config.json").read())
attempt("state", lambda: open("${root}/state/secret").read())
attempt("own release", lambda: open("${release}/requirements.txt", "a").write("x"))
attempt("another environment", lambda: open("${root}/venvs/other/x", "w").write("x"))
attempt("port", lambda: socket.create_connection(("127.0.0.1", 8123), 2).close())
attempt("bus", lambda: socket.socket(socket.AF_UNIX).connect("/run/dbus/system_bus_socket"))
attempt("privileges", lambda: os.setuid(0))
attempt("program of its owner", lambda: (open(venv + "/trap", "w").close(), os.chmod(venv + "/trap", 0o4755))[1])
attempt("processes", lambda: [pid for pid in os.listdir("/proc") if pid == "1"][0])
`);
    expect(problems).toEqual([]);
    const { uid, ...others } = await report();
    expect(uid).toBeGreaterThan(0);
    for (const [what, outcome] of Object.entries(others)) {
      expect([what, outcome]).toEqual([what, expect.stringMatching(/^refused: /)]);
    }
    expect(await on('ls /etc/argo-attack /root/argo-attack 2>/dev/null')).toBe('');
    const foreign = `find $(readlink -f ${release}/.argo/venv) ! -type l \\( ! -user 0 -o ! -group 0 -o -perm /6022 \\)`;
    expect(await sure(foreign)).toBe('');
  });

  test('does not outlive the build', async () => {
    const problems = await built(`
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.closerange(0, 1000)
        os.execlp("sleep", "sleep", "424242")
    os._exit(0)
report["left"] = "yes"
`);
    expect([problems, (await report())['left']]).toEqual([[], 'yes']);
    expect(await on('pgrep -f "[s]leep 424242"')).toBe('');
    expect((await run('preflight')).maybe('venv')).toBe('kept');
  });

  test('leaves no mark that root would write through', async () => {
    // A copy, because the kernel protects a program while it runs.
    const python = '/usr/local/bin/python-copy';
    await sure(`cp /usr/bin/python3.11 ${python}`);
    expect(await built(`os.symlink("${python}", venv + "/.complete")`, { python })).toEqual([]);
    expect(await sure(`cmp ${python} /usr/bin/python3.11 && ${python} -c 'print(1)'`)).toBe('1');
    expect((await run('preflight', { python })).maybe('venv')).toBe('kept');
  });

  test('gives nobody outside a file of the environment that root has taken', async () => {
    await sure(`${put('/root/accomplice.py', accomplice)}
systemctl stop accomplice 2>/dev/null; rm -rf /opt/talk; install -d -m 777 /opt/talk
systemd-run --quiet --collect --unit=accomplice --uid=trading python3 -c "$(cat /root/accomplice.py)"
until [ -S /opt/talk/socket ]; do sleep 0.02; done`);
    const problems = await built(`
import array
kept = open(venv + "/kept", "w+"); kept.write("approved"); kept.flush()
link = socket.socket(socket.AF_UNIX); link.connect("/opt/talk/socket")
link.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [kept.fileno()]))])
`);
    await sure('touch /opt/talk/go; until [ -e /opt/talk/done ]; do sleep 0.02; done');
    expect([problems, await sure(`cat ${release}/.argo/venv/kept`)]).toEqual([[], 'approved']);
  });

  test.each([
    [
      'a link to a file of the system',
      'os.symlink("/etc/shadow", venv + "/trap")',
      'trap -> /etc/shadow',
    ],
    [
      'a link that leads out over another one',
      'os.makedirs(venv + "/a/b"); os.symlink(venv, venv + "/a/b/up"); os.symlink("a/b/up/../../../etc", venv + "/trap")',
      'trap -> ',
    ],
    ['a pipe', 'os.mkfifo(venv + "/trap")', 'trap is no file, folder or link'],
  ])('leaves no trap for root: %s', async (_what, act, said) => {
    expect(await built(act)).toEqual([expect.stringContaining(said)]);
    expect(await on(`ls -A ${root}/venvs`)).toBe('other');
  });
});
