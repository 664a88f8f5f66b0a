import { behaves, nothingYet, slots, spoils } from '../breakages.ts';
import type { Fault } from '../fault.ts';
import type { World } from '../world.ts';

const stage = 'recheck';
const upstream = '/etc/nginx/conf.d/argo-trading-upstream.conf';
const port = 'case $idle in blue) port=8001 ;; *) port=8002 ;; esac';

/** Waits on the host until the release in the idle slot has come to this. */
const until = (condition: string) => async (world: World) =>
  void (await world.onHost(
    `${slots}\n${port}\nfor try in $(seq 200); do ${condition} && exit 0; sleep 0.1; done\nexit 1`,
  ));

/** What goes wrong between the card and the click: the last look before traffic moves. */
export const waiting: Fault[] = [
  {
    name: 'exits-while-people-decide',
    incident: 2,
    breaks: behaves({ exitAfterSeconds: 5 }),
    meanwhile: until(
      '[ "$(systemctl show -p NRestarts --value "argo-trading-$idle")" -gt 0 ] && curl -sfo /dev/null "127.0.0.1:$port/api/v1/health"',
    ),
    stage,
    code: 'died-since',
    says: /crashed once on host-1 after its health was checked/,
    log: /status=3/,
  },
  {
    name: 'stopped-by-hand-while-people-decide',
    breaks: nothingYet(),
    meanwhile: async (world) =>
      void (await world.onHost(`${slots}\nsystemctl stop "argo-trading-$idle"`)),
    stage,
    code: 'unhealthy',
    says: /is stopped on host-1/,
  },
  {
    name: 'degraded-while-people-decide',
    given: { 'health.allow_degraded': false },
    breaks: behaves({ degradeAfterSeconds: 5 }),
    meanwhile: until('curl -s "127.0.0.1:$port/api/v1/health" | grep -q degraded'),
    stage,
    code: 'degraded',
    says: /status is "degraded", which argo\.yml does not allow/,
  },
  {
    name: 'nginx-broken-while-people-decide',
    breaks: spoils('/etc/nginx/nginx.conf', ':'),
    meanwhile: async (world) =>
      void (await world.onHost("echo 'broken by hand' >>/etc/nginx/nginx.conf")),
    stage,
    code: 'proxy-broken',
    says: /nginx refuses its configuration\. .*nginx\.conf/,
  },
  {
    name: 'upstream-moved-while-people-decide',
    breaks: spoils(upstream, ':', 'systemctl reload nginx'),
    meanwhile: async (world) =>
      void (await world.onHost(
        `${slots}\n${port}\nsed -i "s/127.0.0.1:[0-9]*/127.0.0.1:$port/" ${upstream}\nsystemctl reload nginx`,
      )),
    stage,
    code: 'traffic-elsewhere',
    says: /nginx sends users to (?:green|blue), but \.current_color says (?:blue|green)/,
  },
];
