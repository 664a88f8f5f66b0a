/** What a small server that runs a Python service has. */
export const hostPackages = [
  'systemd',
  'systemd-sysv',
  'dbus',
  'openssh-server',
  'python3',
  'python3-venv',
  'python3-uvicorn',
  'python3-fastapi',
  'nginx-light',
  'curl',
  'iproute2',
  'sudo',
  'rsync',
  'procps',
  'fish',
  'tcsh',
  'zsh',
] as const;

export const suite = 'bookworm';

/** Where cgroup v1 is in use, nspawn mounts it read-only and MemoryMax would be ignored. */
const init = `#!/bin/sh
for controller in memory pids cpu cpuacct; do
  group=/sys/fs/cgroup/$controller
  [ -e "$group/cgroup.procs" ] && mount -o remount,bind,rw "$group"
done
exec /lib/systemd/systemd
`;

const sshd = `PermitRootLogin prohibit-password
PasswordAuthentication no
UseDNS no
HostKey /etc/ssh/ssh_host_ed25519_key
HostKey /etc/ssh/ssh_host_ecdsa_key
`;

const upstream = `upstream argo_trading {
    server 127.0.0.1:8001;
    keepalive 16;
}
`;

const site = `server {
    listen 80 default_server;
    access_log /var/log/nginx/access.log;
    location / {
        proxy_pass http://argo_trading;
        proxy_http_version 1.1;
        proxy_set_header Connection "";
        proxy_set_header Host $host;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    }
}
`;

/** Nothing of this serves a host that lives for minutes, and each costs part of its boot. */
const masked = [
  'apt-daily.timer',
  'apt-daily-upgrade.timer',
  'dpkg-db-backup.timer',
  'e2scrub_all.timer',
  'e2scrub_reap.service',
  'fstrim.timer',
  'console-getty.service',
  'getty@tty1.service',
  'dev-hugepages.mount',
  'sys-fs-fuse-connections.mount',
  'systemd-pstore.service',
  'systemd-update-utmp.service',
  'systemd-update-utmp-runlevel.service',
];

function file(path: string, text: string): string {
  return `mkdir -p "$ROOT$(dirname ${path})"\ncat > "$ROOT${path}" <<'END'\n${text}END\n`;
}

export const initPath = '/usr/local/sbin/sandbox-init';

/** Runs once on the new root filesystem, whose path is in $ROOT. */
export const customize = `set -eu
${file(initPath, init)}chmod 755 "$ROOT${initPath}"
${file('/etc/ssh/sshd_config.d/sandbox.conf', sshd)}
${file('/etc/nginx/conf.d/argo-trading-upstream.conf', upstream)}
${file('/etc/nginx/sites-available/argo-trading', site)}
rm -f "$ROOT"/etc/ssh/ssh_host_* "$ROOT"/etc/nginx/sites-enabled/default
ln -s ../sites-available/argo-trading "$ROOT"/etc/nginx/sites-enabled/argo-trading
chroot "$ROOT" useradd --create-home --shell /bin/bash deploy
chroot "$ROOT" useradd --system --shell /usr/sbin/nologin trading
${file('/etc/sudoers.d/deploy', 'deploy ALL=(ALL) NOPASSWD: ALL\n')}chmod 440 "$ROOT/etc/sudoers.d/deploy"
${file('/etc/default/locale', 'LANG=C.UTF-8\n')}
for unit in ${masked.join(' ')}; do ln -sf /dev/null "$ROOT/etc/systemd/system/$unit"; done
`;
