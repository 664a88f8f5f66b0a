import { behaves, declares, onHost } from '../breakages.ts';
import type { Fault } from '../fault.ts';

const root = '/opt/argo-trading';

/** What a host can have against a release, seen before the service is started. */
export const host: Fault[] = [
  {
    name: 'port-taken',
    breaks: onHost(
      `for port in 8001 8002; do
  grep -q ":$port;" /etc/nginx/conf.d/argo-trading-upstream.conf || idle=$port
done
case $idle in 8001) systemctl stop argo-trading-blue ;; *) systemctl stop argo-trading-green ;; esac
systemd-run --quiet --unit=squatter python3 -m http.server --bind 127.0.0.1 "$idle"
until ss -Hltn "sport = :$idle" | grep -q .; do :; done`,
      'systemctl stop squatter',
    ),
    stage: 'preflight',
    code: 'preflight',
    says: /port 800[12] of slot (?:blue|green) is taken by python3/,
  },
  {
    name: 'disk-full',
    breaks: declares({ min_free_mb: 100_000_000 }),
    stage: 'preflight',
    code: 'preflight',
    says: /MB are free under \/opt\/argo-trading, 100000000 are wanted: make room/,
  },
  {
    name: 'user-missing',
    breaks: onHost(
      "sed -i.kept 's/^trading:/elsewhere:/' /etc/passwd",
      'mv /etc/passwd.kept /etc/passwd',
    ),
    stage: 'preflight',
    code: 'preflight',
    says: /the user trading, who is to run the service, does not exist/,
  },
  {
    name: 'root-closed-to-the-user',
    breaks: onHost(`chmod 700 ${root}`, `chmod 755 ${root}`),
    stage: 'preflight',
    code: 'preflight',
    says: /trading cannot read .*config\.json: a folder above it is closed to that user/,
  },
  {
    name: 'unit-masked',
    breaks: onHost(
      `for slot in blue green; do
  [ "$slot" = "$(cat ${root}/.current_color)" ] && continue
  unit=argo-trading-$slot.service
  systemctl stop "$unit"
  mv "/etc/systemd/system/$unit" /root/kept-unit
  echo "$unit" >/root/kept-name
  systemctl mask --quiet "$unit"
done`,
      `unit=$(cat /root/kept-name)
systemctl unmask --quiet "$unit"
[ -e "/etc/systemd/system/$unit" ] || mv /root/kept-unit "/etc/systemd/system/$unit"
rm -f /root/kept-unit /root/kept-name
systemctl daemon-reload`,
    ),
    stage: 'preflight',
    code: 'preflight',
    says: /argo-trading-(?:blue|green)\.service is masked: systemctl unmask/,
  },
  {
    name: 'exits-at-once',
    incident: 2,
    breaks: behaves({ after: 'start', exitAfterSeconds: 0 }),
    stage: 'health',
    code: 'service-dies',
    says: /has died 2 times instead of answering/,
  },
];
