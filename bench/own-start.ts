// Measures how long the service itself takes to start.
import type { TestHost } from '../sandbox/host/host.ts';

const script = `set -eu
live=$(cat /opt/argo-trading/.current_color)
case $live in blue) idle=green port=8002 ;; *) idle=blue port=8001 ;; esac
systemctl stop "argo-trading-$idle"
python3 - "$idle" "$port" <<'END'
import subprocess, sys, time, urllib.request
slot, port = sys.argv[1:]
began = time.monotonic()
subprocess.run(["systemctl", "start", f"argo-trading-{slot}.service"], check=True)
while time.monotonic() - began < 30:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/health", timeout=1).read()
        break
    except OSError:
        time.sleep(0.01)
print(round((time.monotonic() - began) * 1000))
END
`;

/** Milliseconds from systemctl start to the first healthy answer, on an idle slot: nobody can do better. */
export async function ownStart(host: TestHost): Promise<number> {
  const { code, stdout, stderr } = await host.exec(script);
  const ms = Number(stdout.trim());
  if (code !== 0 || !(ms > 0)) throw new Error(`the service's own start: ${stderr || stdout}`);
  return ms;
}
