import { declares, onHost, spoils } from '../breakages.ts';
import type { Fault } from '../fault.ts';

const root = '/opt/argo-trading';
const stage = 'preflight';
const code = 'preflight';
/** Of the small disk, so much is left. */
const fill = (megabytes: number): string =>
  `free=$(df -Pm ${root} | awk 'NR == 2 { print $4 }')
fallocate -l "$((free - ${megabytes}))M" ${root}/filler`;

/** What a host can have against a release before its service is started. */
export const host: Fault[] = [
  {
    name: 'port-taken',
    breaks: onHost(
      `systemctl stop "argo-trading-$idle"
case $idle in blue) port=8001 ;; *) port=8002 ;; esac
systemd-run --quiet --unit=squatter python3 -m http.server --bind 127.0.0.1 "$port"
until ss -Hltn "sport = :$port" | grep -q .; do :; done`,
      'systemctl stop squatter',
    ),
    stage,
    code,
    says: /port 800[12] of slot (?:blue|green) is taken by python3/,
  },
  {
    name: 'disk-nearly-full',
    breaks: onHost(fill(10), `rm ${root}/filler`),
    stage: 'upload',
    code: 'no-room',
    says: /has \d+ MB free under \/opt\/argo-trading,.* 20 MB must stay free/,
  },
  {
    name: 'disk-full',
    breaks: onHost(
      `${fill(1)}\ndd if=/dev/zero of=${root}/filler2 bs=4k 2>/dev/null || true`,
      `rm ${root}/filler ${root}/filler2`,
    ),
    // Claimed all the same, out of the room that argo-bot keeps there for itself.
    stage: 'upload',
    code: 'no-room',
    says: /has 0 MB free under \/opt\/argo-trading,.* 20 MB must stay free/,
  },
  {
    name: 'inodes-used-up',
    breaks: onHost(
      `mkdir ${root}/many
seq 25000 | sed 's#^#${root}/many/#' | xargs touch`,
      `rm -r ${root}/many`,
    ),
    stage,
    code,
    says: /only \d+ inodes are free under \/opt\/argo-trading/,
  },
  {
    name: 'memory-beyond-the-host',
    breaks: declares({ 'unit.memory_max': '900G' }),
    stage,
    code,
    says: /memory_max is 921600 MB, but the host has only \d+ MB of memory/,
  },
  {
    name: 'user-missing',
    breaks: spoils('/etc/passwd', "sed -i 's/^trading:/elsewhere:/' /etc/passwd"),
    stage,
    code,
    says: /the user trading, which the service runs as, does not exist/,
  },
  {
    name: 'root-closed-to-the-user',
    breaks: onHost(`chmod 700 ${root}`, `chmod 755 ${root}`),
    stage,
    code,
    says: /trading cannot enter the folder \/opt\/argo-trading/,
  },
  {
    name: 'unit-masked',
    incident: 2,
    breaks: onHost(
      `unit=argo-trading-$idle.service
systemctl stop "$unit"
mv "/etc/systemd/system/$unit" /root/kept-unit
systemctl mask --quiet "$unit"`,
      `unit=argo-trading-$idle.service
systemctl unmask --quiet "$unit"
mv -T /root/kept-unit "/etc/systemd/system/$unit"
systemctl daemon-reload`,
    ),
    stage,
    code,
    says: /argo-trading-(?:blue|green)\.service is masked/,
  },
  {
    name: 'python-of-another-version',
    breaks: declares({ 'python.interpreter': '/usr/bin/python3.99' }),
    stage,
    code,
    says: /\/usr\/bin\/python3\.99/,
  },
  {
    // A container has its machine's clock; what the checks ask is `date`, so that is what is wrong here.
    name: 'clock-off',
    breaks: onHost(
      `printf '#!/bin/sh\\nexec /usr/bin/date --date="600 seconds" "$@"\\n' >/usr/local/sbin/date
chmod 755 /usr/local/sbin/date`,
      'rm /usr/local/sbin/date',
    ),
    stage,
    code,
    says: /its clock is (?:59\d|60\d) s ahead of the bot's \(limit 30 s\)/,
  },
  {
    name: 'colour-file-spoilt',
    breaks: onHost(`echo purple >${root}/.current_color`, `echo "$live" >${root}/.current_color`),
    stage: 'claim',
    code: 'script-failed',
    says: /\.current_color holds "purple" instead of blue or green/,
  },
  {
    name: 'epoch-file-spoilt',
    breaks: spoils(`${root}/state/epoch`, `echo many >${root}/state/epoch`),
    stage: 'claim',
    code: 'script-failed',
    says: /state\/epoch is damaged/,
  },
  {
    name: 'file-edited-on-the-host',
    incident: 5,
    breaks: onHost(`echo '# by hand' >>"${root}/$live/argo/settings.py"`, ':'),
    outcome: 'shown',
    stage: 'verify',
    says: /somebody edited 1 file of .* by hand \(argo\/settings\.py\)/,
    afterwards: async (world) => {
      const left = await world.onHost(
        `grep -c 'by hand' ${root}/$(cat ${root}/.current_color)/argo/settings.py || true`,
      );
      return left.trim() === '0' ? undefined : 'the edit made by hand went live with the release';
    },
  },
];
