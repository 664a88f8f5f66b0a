import { execFile } from 'node:child_process';
import type { TestHost } from '../host/host.ts';
import type { Repository } from './repository.ts';

export interface HandInstall {
  /** The folder that becomes the slot: a plain one, as people have who deploy by hand. */
  readonly path: string;
  readonly port: number;
  /** The unit, with its ending. */
  readonly unit: string;
  readonly ref?: string;
  /** What the engine answers as its version; else the VERSION in the tree. */
  readonly release?: string;
}

/** Puts the engine on a host the way it was done before the bot: files, environment, unit, start. */
export async function installByHand(
  host: Pick<TestHost, 'exec' | 'name'>,
  repository: Repository,
  install: HandInstall,
): Promise<void> {
  const tree = await archive(repository, install.ref ?? 'HEAD');
  const script = `set -eu
mkdir -p '${install.path}'
cd '${install.path}'
base64 -d <<'END' | tar -x
${tree.toString('base64')}
END
python3 -m venv --system-site-packages --without-pip venv
cat > '/etc/systemd/system/${install.unit}' <<'END'
${unitText(install)}END
systemctl daemon-reload
systemctl enable --quiet --now '${install.unit}'
for try in $(seq 200); do
  curl --silent --fail --output /dev/null 'http://127.0.0.1:${install.port}/api/v1/health' && exit 0
  sleep 0.05
done
journalctl --no-pager --lines 20 --unit '${install.unit}' >&2
exit 1
`;
  const { code, stderr } = await host.exec(script);
  if (code === 0) return;
  throw new Error(`The engine does not answer on ${host.name}: ${stderr || 'nothing written'}`);
}

function unitText({ path, port, release }: HandInstall): string {
  const environment = release === undefined ? '' : `Environment=ARGO_RELEASE=${release}\n`;
  return `[Unit]
Description=Argo trading engine
After=network.target

[Service]
WorkingDirectory=${path}
${environment}ExecStart=${path}/venv/bin/python3 -m uvicorn main:app --host 127.0.0.1 --port ${port}
Restart=always
RestartSec=1
KillMode=mixed
TimeoutStopSec=30
MemoryMax=512M

[Install]
WantedBy=multi-user.target
`;
}

function archive(repository: Repository, ref: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    execFile(
      'git',
      ['-C', repository.dir, 'archive', '--format=tar', ref],
      { encoding: 'buffer', maxBuffer: 256 << 20 },
      (error, stdout) => (error === null ? resolve(stdout) : reject(error)),
    );
  });
}
