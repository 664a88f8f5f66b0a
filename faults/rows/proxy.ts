import { spoils } from '../breakages.ts';
import type { Fault } from '../fault.ts';

const upstream = '/etc/nginx/conf.d/argo-trading-upstream.conf';
const site = '/etc/nginx/sites-available/argo-trading';
const reload = 'systemctl reload nginx';

/** What hands do to the proxy. */
export const proxy: Fault[] = [
  {
    name: 'nginx-broken-by-hand',
    breaks: spoils('/etc/nginx/nginx.conf', "echo 'broken by hand' >>/etc/nginx/nginx.conf"),
    stage: 'preflight',
    code: 'preflight',
    says: /nginx refuses its configuration, so argo-bot could not move traffic\. .*nginx\.conf/,
  },
  {
    name: 'upstream-moved-by-hand',
    breaks: spoils(
      upstream,
      `case $idle in blue) port=8001 ;; *) port=8002 ;; esac
systemctl start "argo-trading-$idle"
until curl -sfo /dev/null "127.0.0.1:$port/api/v1/health"; do sleep 0.1; done
sed -i "s/127.0.0.1:[0-9]*/127.0.0.1:$port/" ${upstream}`,
      reload,
    ),
    stage: 'claim',
    code: 'traffic-elsewhere',
    says: /nginx sends users to (?:green|blue), but \.current_color says (?:blue|green)/,
  },
  {
    name: 'public-address-goes-elsewhere',
    breaks: spoils(
      site,
      `case $live in blue) port=8001 ;; *) port=8002 ;; esac
sed -i "s#http://argo_trading#http://127.0.0.1:$port#" ${site}`,
      reload,
    ),
    outcome: 'rolled-back',
    stage: 'confirm',
    code: 'public-health',
    says: /http:\/\/127\.0\.0\.1\/api\/v1\/health on host-1 answers as release .*, expected/,
    log: /Uvicorn running/,
  },
];
