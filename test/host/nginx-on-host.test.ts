import { expect, test } from '@jest/globals';
import { describeOnHosts } from '../sandbox/host/on-hosts.ts';
import { onHost, put } from './support/on-host.ts';

const root = '/srv/engine';
const upstream = '/etc/nginx/conf.d/argo-trading-upstream.conf';
const zone = '/etc/nginx/conf.d/zone.conf';
const byHand = 'upstream argo_trading { server 127.0.0.1:8001; }\n';
const ports = { blue: 8001, green: 8002 } as const;
type Slot = keyof typeof ports;

const release = (slot: Slot) => `${put(`${root}/releases/${slot}-1/name`, `${slot}\n`)}
${put(
  `/etc/systemd/system/engine-${slot}.service`,
  `[Service]
WorkingDirectory=${root}/${slot}
ExecStart=/usr/bin/python3 -m http.server --bind 127.0.0.1 ${ports[slot]}
`,
)}
ln -s releases/${slot}-1 ${root}/${slot}
`;

/** Two releases run; nginx sends users to blue. */
const laidOut = `set -e
systemctl stop engine-blue engine-green nginx 2>/dev/null || true
rm -rf ${root} ${zone} /srv/front
${release('blue')}${release('green')}
mkdir ${root}/state; echo blue >${root}/.current_color
${put(upstream, byHand)}
systemctl daemon-reload
systemctl restart nginx engine-blue engine-green
for port in 8001 8002; do until curl -so /dev/null 127.0.0.1:$port; do sleep 0.05; done; done
`;

const to = (slot: Slot) => ({
  to: slot,
  release: `${slot}-1`,
  unit: `engine-${slot}.service`,
  port: ports[slot],
});

describeOnHosts('the nginx of a real host', () => {
  const given = {
    root,
    strategy: 'proxy',
    port_blue: 8001,
    port_green: 8002,
    unit_blue: 'engine-blue.service',
    unit_green: 'engine-green.service',
    upstream_file: upstream,
    upstream: 'argo_trading',
  };
  const { run, on, sure } = onHost({ given, each: laidOut });
  const users = (port = 80) => on(`curl -s 127.0.0.1:${port}/name`);
  /** `nginx -t` accepts a zone with another key; a reload refuses it. */
  const refuseReloads = () =>
    sure(`newest() { pgrep -nf '[n]ginx: worker'; }
before=$(newest); echo 'limit_req_zone $binary_remote_addr zone=calls:1m rate=9r/s;' >${zone}
systemctl reload nginx; until [ "$(newest)" != "$before" ]; do sleep 0.05; done
echo 'limit_req_zone $remote_addr zone=calls:1m rate=9r/s;' >${zone}; nginx -t -q`);

  test('tells that a reload was refused, although `nginx -t` succeeds: no traffic is moved', async () => {
    await refuseReloads();
    await expect(run('switch', to('green'))).rejects.toThrow(
      /nginx refuses to reload.*no traffic was moved.*limit_req "calls" uses the "\$remote_addr" key/s,
    );
    expect(await users()).toBe('blue');
    expect(await on(`cat ${upstream} ${root}/.current_color`)).toBe(`${byHand}blue`);
    await sure(`rm ${zone}`);
    await run('switch', to('green'));
    expect(await users()).toBe('green');
  });

  test('is believed by its workers, not by a line that a request may have put into its log', async () => {
    const pid = await sure('systemctl show -p MainPID --value nginx');
    // While nginx stands still, there are lines and no workers.
    await sure(`kill -STOP ${pid}`);
    const writing = on(`for _ in $(seq 50); do
  printf '2026/11/30 03:00:00 [emerg] ${pid}#0: made up\\n' >>/proc/${pid}/fd/2; sleep 0.01
done; kill -CONT ${pid}`);
    await run('switch', to('green'));
    expect(await users()).toBe('green');
    await writing;
  });

  test('keeps its backup server where a reload is refused', async () => {
    await run('switch', { ...to('green'), spare_port: 8001 });
    await refuseReloads();
    const ended = { release: 'green-1', verdict: 'good', keep: 3, old_slot: 'running' };
    const finish = { ...ended, old_unit: 'engine-blue.service', old_color: 'blue' };
    expect((await run('finish', finish)).values('spare')).toEqual(['kept']);
    expect(await on(`grep -c backup ${upstream}`)).toBe('1');
  });

  test('moves the users of each nginx that reads the upstream file', async () => {
    await sure(`mkdir /srv/front
sed 's/listen [^;]*;/listen 8080;/' /etc/nginx/sites-enabled/argo-trading >/srv/front/site
cat >/srv/front/nginx.conf <<'END'
pid /run/front.pid;
events {}
http { access_log off; include ${upstream}; include /srv/front/site; }
END
cd /srv/front && nginx -p . -c nginx.conf </dev/null >/dev/null 2>&1`);
    try {
      expect(await users(8080)).toBe('blue');
      await run('switch', to('green'));
      expect([await users(), await users(8080)]).toEqual(['green', 'green']);
    } finally {
      await on('nginx -c /srv/front/nginx.conf -s stop >/dev/null 2>&1');
    }
  });

  test('moves no users while an upgrade of nginx is not finished: the old one reads nothing', async () => {
    const masters = "grep -lsa '^nginx: master' /proc/[0-9]*/cmdline | wc -l";
    const old = await sure(`old=$(systemctl show -p MainPID --value nginx); echo $old
kill -USR2 $old; until [ "$(${masters})" = 2 ]; do sleep 0.05; done; sleep 0.2`);
    await expect(run('switch', to('green'))).rejects.toThrow(
      `nginx refuses to reload, so no traffic was moved. nginx says: process ${old} of an unfinished upgrade still answers users with the old configuration`,
    );
    expect(await on(`cat ${upstream}`)).toBe(byHand.trim());
    await sure(`kill -QUIT ${old}; until [ "$(${masters})" = 1 ]; do sleep 0.05; done`);
    await run('switch', to('green'));
    expect(await users()).toBe('green');
  });

  test('may have no keepalive, as in a stream block', async () => {
    await sure(`systemctl stop nginx
cat >/usr/local/sbin/nginx <<'END'
#!/bin/sh
case $* in *-t*) ! grep -s keepalive ${upstream} || { echo '[emerg] unknown directive "keepalive" in x:4' >&2; exit 1; } ;; esac
END
chmod 755 /usr/local/sbin/nginx`);
    try {
      await run('switch', to('green'));
      await run('switch', to('green'));
    } finally {
      await on('rm /usr/local/sbin/nginx');
    }
    expect(await on(`grep -v '^#' ${upstream}`)).toBe(
      'upstream argo_trading {\n    server 127.0.0.1:8002;\n}',
    );
    expect(await on(`cat ${root}/state/proxy-before`)).toBe(byHand.trim());
  });
});
