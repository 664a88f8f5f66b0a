import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { deploy, shownBy, stopOf } from '../../faults/deploy.ts';
import { openWorld, type World } from '../../faults/world.ts';
import { describeOnHosts } from '../sandbox/host/on-hosts.ts';
import { put } from '../host/support/on-host.ts';

const file = '/srv/nginx/argo-upstream';
const site = '/etc/nginx/sites-available/argo-trading';
const upstream = 'upstream Argo-Trading.live {\n    server 127.0.0.1:8000;\n}\n';
const server = (pass: string) => `server {
    listen 80 default_server;
    location / {
        ${pass}
    }
}
`;

const warnings = (events: Parameters<typeof shownBy>[0]) =>
  shownBy(events).filter(({ text }) => /nginx|upstream/.test(text));

describeOnHosts('what nginx reads', () => {
  let world: World;
  const reload = 'nginx -t -q && systemctl reload nginx';
  const sites = (text: string) => world.onHost(`${put(site, text)}\n${reload}`);
  const users = () => world.onHost('curl -s http://127.0.0.1/api/v1/health');
  const goesLive = async () => {
    const { line, events } = await deploy(world);
    expect(stopOf(events)).toBeUndefined();
    expect(line).toMatch(/^✅/u);
    expect(await users()).toContain('healthy');
    return warnings(events);
  };

  beforeAll(async () => {
    world = await openWorld({ watch: { checks: 2, interval_seconds: 0.2 } });
    await world.onHost(`rm /etc/nginx/conf.d/argo-trading-upstream.conf
${put(file, upstream)}
ln -s ${file} /etc/nginx/sites-enabled/argo-upstream
${put(site, server('proxy_pass http://Argo-Trading.live;'))}
${reload}`);
    await world.configure({
      'environments.production.proxy': { upstream_file: file, upstream: 'Argo-Trading.live' },
    });
  });
  afterAll(() => world.stop());

  test('is a file by another name, and an upstream with dashes, dots and capitals', async () => {
    expect(await goesLive()).toEqual([]);
    expect(await world.onHost(`readlink /etc/nginx/sites-enabled/argo-upstream`)).toBe(`${file}\n`);
  });

  test('is followed through a map in a file of its own, quotes and comments', async () => {
    await sites(`map $http_x_canary $backend { # "
    default "argo-trading.LIVE";
    include /srv/nginx/*.map;
}
${server('proxy_pass "http://${backend}$request_uri";')}`);
    expect(await goesLive()).toEqual([]);
  });

  test('is not said to be wrong where only nginx can tell', async () => {
    await sites(
      `resolver 127.0.0.1;\n${server('set $name live; proxy_pass http://Argo-Trading.$name;')}`,
    );
    expect(await goesLive()).toEqual([]);
    await sites(
      server(
        'if ($uri ~ ^/(.*)$) { set $to $1; } set $to Argo-Trading.live; proxy_pass http://$to$is_args;',
      ),
    );
    expect(await goesLive()).toEqual([]);
  });

  test('is a site that passes somewhere else, whatever its comments say: warned', async () => {
    await sites(
      server(
        '# proxy_pass http://Argo-Trading.live;\n add_header X "proxy_pass http://Argo-Trading.live;";\n proxy_pass http://127.0.0.1:8001;',
      ),
    );
    const { events } = await deploy(world, {}, false);
    expect(warnings(events)).toEqual([
      {
        stage: 'preflight',
        text: expect.stringMatching(/no nginx site sends requests to Argo-Trading\.live/),
      },
    ]);
  });

  test('is by the configuration that the running nginx was started with', async () => {
    await world.onHost(`mkdir -p /srv/front
sed 's#/etc/nginx/sites-enabled/\\*#/srv/front/*.conf#' /etc/nginx/nginx.conf >/srv/front/nginx.cnf
${put('/srv/front/site.conf', server('proxy_pass http://Argo-Trading.live;'))}
ln -s ${file} /srv/front/upstream.conf
rm /etc/nginx/sites-enabled/*
mkdir -p /etc/systemd/system/nginx.service.d
printf '[Service]\\nExecStart=\\nExecStart=/usr/sbin/nginx -g "daemon on; master_process on;" -c /srv/front/nginx.cnf\\nExecReload=\\nExecReload=/bin/kill -HUP $MAINPID\\nExecStartPre=\\n' >/etc/systemd/system/nginx.service.d/front.conf
systemctl daemon-reload
systemctl restart nginx`);
    expect(await goesLive()).toEqual([]);
  });

  test('is not a file that nothing includes: refused before anything is moved', async () => {
    await world.onHost(`rm /srv/front/upstream.conf
cp ${file} /srv/front/other.conf
systemctl reload nginx`);
    const { events } = await deploy(world);
    expect(events.find(({ type }) => type === 'stage-failed')).toMatchObject({
      stage: 'preflight',
      failure: {
        message: 'nginx does not read /srv/nginx/argo-upstream',
        next: expect.stringMatching(
          /^include it in the http block of \/srv\/front\/nginx\.cnf and take the upstream out of \/srv\/front\/other\.conf/,
        ),
      },
    });
  });
});
